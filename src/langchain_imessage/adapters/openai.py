"""LangChain messages ↔ OpenAI's dictionaries, and sessions → training examples.

Owns which key of a message becomes which key of a dictionary. What is not in its tables
stays here: no sender, no path, no guid leaves through this file. It knows OpenAI's
format, not its SDK.

Names, signatures and results are langchain_community's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from pydantic import ValidationError

from langchain_imessage.arguments import (
    FLAG,
    ITERABLE,
    MAPPING,
    SESSIONS,
    check_arguments,
    require_kind,
)
from langchain_imessage.errors import ArgumentTypeError
from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._speakers import name_field, role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import ToolCall

_ASSISTANT_EXTRAS = ("function_call", "tool_calls", "context")
_NAME = frozenset({"name"})


def convert_dict_to_message(_dict: Mapping[str, Any]) -> BaseMessage:
    """Return the LangChain message of OpenAI's dictionary.

    Args:
        _dict: A dictionary with `role` and `content`.

    Returns:
        The message of that role; a `ChatMessage` for a role of its own.

    Raises:
        ValidationError: (a ValueError, of pydantic's) If a key is missing or has a value
            the message cannot have; it does not quote the value.

    Example:
        >>> convert_dict_to_message({"role": "assistant", "content": "Hi!"}).type
        'ai'
    """
    try:
        role = _dict.get("role")
    except AttributeError:
        require_kind("_dict", _dict, MAPPING)
        raise
    # A role that cannot be a key is no role: let ChatMessage say so.
    make = (
        _FROM_DICT.get(role, _chat_message) if isinstance(role, str) else _chat_message
    )
    try:
        return make(_dict)
    except ValidationError as error:
        refusal = _without_values(error)
    # Raised here, where the error that quotes the message is not its context.
    raise refusal


def _without_values(error: ValidationError) -> ValidationError:
    """Return an error that says where and what, and holds no value."""
    details: list[Any] = [
        {
            "type": one["type"],
            "loc": one["loc"],
            "ctx": one.get("ctx", {}),
            "input": None,
        }
        for one in error.errors(include_url=False)
    ]
    return ValidationError.from_exception_data(error.title, details, hide_input=True)


def convert_message_to_dict(message: BaseMessage) -> dict[str, Any]:
    """Return OpenAI's dictionary of a LangChain message.

    Args:
        message: A human, AI, system, function, tool or chat message.

    Returns:
        A dictionary with `role` and `content`, and where the message has them `name`,
        `function_call`, `tool_calls`, `context`, `tool_call_id`. Unlike
        langchain_community's, it also has the `name` of a user's message, in the
        letters that OpenAI takes, and LangChain's own `tool_calls`.

    Raises:
        TypeError: If it is another kind of message; names the kind, not the content.

    Example:
        >>> convert_message_to_dict(HumanMessage("Hi!"))
        {'role': 'user', 'content': 'Hi!'}
    """
    to_dict = _TO_DICT.get(type(message)) or _inherited(message)
    if to_dict is None:
        raise ArgumentTypeError(f"Got unknown type {type(message).__name__}")
    converted = to_dict(message)
    if "name" in message.additional_kwargs:
        converted["name"] = message.additional_kwargs["name"]
    return converted


@check_arguments(messages=ITERABLE)
def convert_openai_messages(messages: Sequence[dict[str, Any]]) -> list[BaseMessage]:
    """Return the LangChain messages of OpenAI's dictionaries.

    Args:
        messages: Dictionaries with `role` and `content`.

    Returns:
        A message for each.

    Raises:
        ValidationError: (a ValueError, of pydantic's) If one of them is no message.

    Example:
        >>> hi = {"role": "user", "content": "Hi!"}
        >>> [message.type for message in convert_openai_messages([hi])]
        ['human']
    """
    return [convert_dict_to_message(message) for message in messages]


@check_arguments(sessions=SESSIONS, include_self_chats=FLAG)
def convert_messages_for_finetuning(
    sessions: Iterable[ChatSession], *, include_self_chats: bool = False
) -> list[list[dict[str, Any]]]:
    """Return the training examples of sessions.

    Sessions without an AI message teach nothing and are left out.

    Args:
        sessions: Sessions, some of their messages being AI messages (see
            `map_ai_messages`).
        include_self_chats: Whether notes to oneself are examples, too. A loader marks
            such a session by a true `is_self` under its key `chat`.

    Returns:
        For each session that is left, its messages as OpenAI's dictionaries.

    Raises:
        TypeError: If there is a message of a kind OpenAI has no role for.

    Example:
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> convert_messages_for_finetuning([session])
        [[{'role': 'user', 'content': 'Hi!'}, {'role': 'assistant', 'content': 'Hello.'}]]
    """
    return [
        [convert_message_to_dict(message) for message in session["messages"]]
        for session in sessions_that_teach(
            sessions, include_self_chats=include_self_chats
        )
    ]


def sessions_that_teach(
    sessions: Iterable[ChatSession], *, include_self_chats: bool = False
) -> Iterator[ChatSession]:
    """Leave out what is no training example (see `convert_messages_for_finetuning`)."""
    for session in sessions:
        if any(map(is_ai, session["messages"])) and (
            include_self_chats or not _is_self_chat(session)
        ):
            yield session


def role_and_words(message: BaseMessage) -> tuple[str, str] | None:
    """Return the role and text of a plain message; None for any other."""
    content = message.content
    extras = _PLAIN.get(type(message))
    if (
        extras is None
        or type(content) is not str
        or (message.name and type(message) is HumanMessage)
        or not extras.isdisjoint(message.additional_kwargs)
        or (type(message) is AIMessage and message.tool_calls)
    ):
        return None
    return role_of(message), content


def _is_self_chat(session: ChatSession) -> bool:
    chat = cast("Mapping[str, Any]", session).get("chat") or {}
    return bool(chat.get("is_self"))


def _inherited(message: BaseMessage) -> Callable[[Any], dict[str, Any]] | None:
    """Find how a kind derived from one of LangChain's is written (message chunks are)."""
    return next(
        (to for kind, to in _TO_DICT.items() if isinstance(message, kind)), None
    )


def _user_message(_dict: Mapping[str, Any]) -> BaseMessage:
    return HumanMessage(content=_dict.get("content", ""))


def _assistant_message(_dict: Mapping[str, Any]) -> BaseMessage:
    kwargs = {key: _dict[key] for key in _ASSISTANT_EXTRAS if _dict.get(key)}
    if "function_call" in kwargs:
        kwargs["function_call"] = dict(kwargs["function_call"])
    # OpenAI's content is None where the assistant only calls a tool.
    return AIMessage(content=_dict.get("content") or "", additional_kwargs=kwargs)


def _system_message(_dict: Mapping[str, Any]) -> BaseMessage:
    return SystemMessage(content=_dict.get("content", ""))


def _function_message(_dict: Mapping[str, Any]) -> BaseMessage:
    name: Any = _dict.get("name")
    return FunctionMessage(content=_dict.get("content", ""), name=name)


def _tool_message(_dict: Mapping[str, Any]) -> BaseMessage:
    kwargs = {"name": _dict["name"]} if "name" in _dict else {}
    return ToolMessage(
        content=_dict.get("content", ""),
        tool_call_id=_dict.get("tool_call_id"),
        additional_kwargs=kwargs,
    )


def _chat_message(_dict: Mapping[str, Any]) -> BaseMessage:
    role: Any = _dict.get("role")
    return ChatMessage(content=_dict.get("content", ""), role=role)


def _user_dict(message: HumanMessage) -> dict[str, Any]:
    content: Any = message.content
    if not isinstance(content, str):
        content = [_block(block) for block in content]
    speaker = {"name": name_field(message.name)} if message.name else {}
    return {"role": "user", "content": content, **speaker}


def _block(block: Any) -> Any:
    """Write LangChain's standard image block as OpenAI does; others are OpenAI's own."""
    if not isinstance(block, dict) or block.get("type") != "image":
        return block
    url = block.get("url")
    if "base64" in block:
        url = f"data:{block['mime_type']};base64,{block['base64']}"
    return {"type": "image_url", "image_url": {"url": url}}


def _assistant_dict(message: AIMessage) -> dict[str, Any]:
    kwargs = message.additional_kwargs
    extras = {key: kwargs[key] for key in _ASSISTANT_EXTRAS if key in kwargs}
    if message.tool_calls and "tool_calls" not in extras:
        extras["tool_calls"] = [_tool_call(call) for call in message.tool_calls]
    # OpenAI's content is None where the assistant only calls a tool.
    content = None if extras and message.content == "" else message.content
    return {"role": "assistant", "content": content, **extras}


def _tool_call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(call["args"], ensure_ascii=False)
    function = {"name": call["name"], "arguments": arguments}
    return {"id": call["id"], "type": "function", "function": function}


def _system_dict(message: SystemMessage) -> dict[str, Any]:
    return {"role": "system", "content": message.content}


def _function_dict(message: FunctionMessage) -> dict[str, Any]:
    return {"role": "function", "content": message.content, "name": message.name}


def _tool_dict(message: ToolMessage) -> dict[str, Any]:
    return {
        "role": "tool",
        "content": message.content,
        "tool_call_id": message.tool_call_id,
    }


def _chat_dict(message: ChatMessage) -> dict[str, Any]:
    return {"role": message.role, "content": message.content}


_FROM_DICT: dict[str, Callable[[Mapping[str, Any]], BaseMessage]] = {
    "user": _user_message,
    "assistant": _assistant_message,
    "system": _system_message,
    "function": _function_message,
    "tool": _tool_message,
}

_TO_DICT: dict[type[BaseMessage], Callable[[Any], dict[str, Any]]] = {
    HumanMessage: _user_dict,
    AIMessage: _assistant_dict,
    ChatMessage: _chat_dict,
    SystemMessage: _system_dict,
    FunctionMessage: _function_dict,
    ToolMessage: _tool_dict,
}

_PLAIN: dict[type[BaseMessage], frozenset[str]] = {
    HumanMessage: _NAME,
    AIMessage: _NAME.union(_ASSISTANT_EXTRAS),
    SystemMessage: _NAME,
}
"""The keys of `additional_kwargs` that add others to the dictionary."""
