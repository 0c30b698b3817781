"""Turns in the order trainers accept: user, assistant, ... assistant, in alternation.

Owns the shape of an example. Needs sessions some of whose messages are AI messages.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import SystemMessage

from langchain_imessage.arguments import COUNTS, SESSIONS, TEXT, check_arguments
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.transforms.conversation._merge_runs import merge_run
from langchain_imessage.transforms.messages._content import (
    bubbles_in,
    is_ai,
    is_human,
    text_of,
)
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.messages._fast_construct import message_copier
from langchain_imessage.transforms.messages._participants import chat_of, speaker_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage


@check_arguments(sessions=SESSIONS, how=TEXT, dropped=COUNTS)
def name_speakers(
    sessions: Iterable[ChatSession],
    how: Literal["name", "drop", "field"] = "name",
    *,
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    """Return sessions that tell the speakers of a group apart.

    Args:
        sessions: Sessions with roles. A group is one whose `chat` says so, or else one
            with more than one speaker beside the AI.
        how: "name" writes `Ann: ` before what Ann says; "field" puts the name into the
            message's `name`, which the writers spell in the letters that OpenAI takes
            (not every trainer takes a name at all); "drop" leaves groups out. What the AI says is never touched.
        dropped: Counts the messages left out, by reason.

    Returns:
        Sessions, lazily; those of two people as they are.

    Raises:
        ValueError: If `how` is none of these.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> said = [HumanMessage("hi", additional_kwargs={"sender": name})
        ...         for name in ("Ann", "Bob")]
        >>> (session,) = name_speakers([{"messages": said}])
        >>> [message.content for message in session["messages"]]
        ['Ann: hi', 'Bob: hi']
    """
    if how not in {"name", "drop", "field"}:
        raise ArgumentValueError('how must be "name", "drop" or "field"')
    counts = Counter[str]() if dropped is None else dropped
    return _with_speakers(sessions, how, counts)


def _with_speakers(
    sessions: Iterable[ChatSession], how: str, counts: Counter[str]
) -> Iterator[ChatSession]:
    for session in sessions:
        if not _is_group(session):
            yield session
        elif how == "drop":
            counts[Omission.GROUP] += bubbles_in(session["messages"])
        else:
            label = _labelled if how == "name" else _with_name
            named = [
                label(message, sender)
                if is_human(message)
                and (sender := message.additional_kwargs.get("sender"))
                else message
                for message in session["messages"]
            ]
            yield {**session, "messages": named}


@check_arguments(sessions=SESSIONS, delimiter=TEXT, dropped=COUNTS)
def trim_turns(
    sessions: Iterable[ChatSession],
    *,
    delimiter: str = "\n",
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    r"""Return sessions in the shape of an example: user, assistant, ... assistant.

    Messages of users in a row become one turn. What the assistant says without having
    been asked begins no example: it is left out, and what follows is an example of its
    own, so that no answer is in a prompt. So it is after a picture of the assistant's.

    Args:
        sessions: Sessions with roles, each a piece of one segment.
        delimiter: What to put between the words of two user messages in a row.
        dropped: Counts the messages left out, by reason.

    Returns:
        Sessions, lazily, that begin with a user's turn and end with the assistant's, in strict
        alternation, behind the system prompt, if they have one.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> said = [AIMessage("Up?"), HumanMessage("Yes."), HumanMessage("And you?"),
        ...         AIMessage("Me, too."), HumanMessage("Good.")]
        >>> (session,) = trim_turns([{"messages": said}])
        >>> [message.content for message in session["messages"]]
        ['Yes.\nAnd you?', 'Me, too.']
    """
    counts = Counter[str]() if dropped is None else dropped
    return _trimmed(sessions, delimiter, counts)


def _trimmed(
    sessions: Iterable[ChatSession], delimiter: str, counts: Counter[str]
) -> Iterator[ChatSession]:
    for session in sessions:
        head, rest = split_head(session["messages"])
        found = False
        for turns in _runs_of_turns(rest, delimiter, counts):
            found = True
            yield {**session, "messages": [*head, *turns]}
        if head and not found:
            counts[Omission.NO_TURN] += bubbles_in(head)


def split_head(
    messages: Iterable[BaseMessage],
) -> tuple[list[BaseMessage], list[BaseMessage]]:
    """Take the system prompt off, if there is one."""
    every = messages if isinstance(messages, list) else list(messages)
    if every and isinstance(every[0], SystemMessage):
        return every[:1], every[1:]
    return [], every


def _runs_of_turns(
    messages: list[BaseMessage], delimiter: str, counts: Counter[str]
) -> Iterator[list[BaseMessage]]:
    turns: list[BaseMessage] = []
    waiting: list[BaseMessage] = []
    for message in messages:
        if is_ai(message):
            answer = _in_words(message)
            if waiting and answer is not None:
                turns += [_one_turn(waiting, delimiter), answer]
                waiting = []
                continue
            if turns:
                yield turns
            _count(counts, Omission.UNANSWERED, waiting)
            reason = Omission.NO_WORDS if answer is None else Omission.NOTHING_BEFORE
            _count(counts, reason, [message])
            turns, waiting = [], []
        elif not is_human(message):
            _count(counts, Omission.NO_TURN, [message])
        elif _says_nothing(message.content):
            _count(counts, Omission.NO_WORDS, [message])
        else:
            waiting.append(message)
    if turns:
        yield turns
    _count(counts, Omission.UNANSWERED, waiting)


def _count(counts: Counter[str], reason: str, messages: list[BaseMessage]) -> None:
    if messages:
        counts[reason] += bubbles_in(messages)


def _in_words(message: BaseMessage) -> BaseMessage | None:
    """Return the assistant's message as text, which is all a trainer takes of it.

    How many pictures it had is noted in `additional_kwargs["images_left_out"]`.
    """
    content = message.content
    text = content if isinstance(content, str) else text_of(content)
    if not text or text.isspace():
        return None
    if text is content:
        return message
    images = sum(isinstance(b, dict) and b.get("type") != "text" for b in content)
    update: dict[str, Any] = {"content": text}
    if images:
        known = message.additional_kwargs
        update["additional_kwargs"] = {**known, "images_left_out": images}
    return message.model_copy(update=update)


def _says_nothing(content: Any) -> bool:
    if isinstance(content, str):
        return not content or content.isspace()
    shows = any(isinstance(b, dict) and b.get("type") != "text" for b in content)
    return not shows and not text_of(content).strip()


def _one_turn(waiting: list[BaseMessage], delimiter: str) -> BaseMessage:
    """Merge users' messages; a turn of several people names them in its words."""
    if len(waiting) == 1:
        return waiting[0]
    if len({message.name for message in waiting}) > 1:
        said = [_labelled(m, m.name) if m.name else m for m in waiting]
        waiting = [m.model_copy(update={"name": None}) for m in said]
    return merge_run(waiting, delimiter)


def _is_group(session: ChatSession) -> bool:
    chat = chat_of(session)
    messages = session["messages"]
    if not chat:
        return len(set(map(speaker_of, filter(is_human, messages)))) > 1
    return is_group_chat(chat, set(map(speaker_of, filter(is_ai, messages))))


def is_group_chat(chat: Mapping[str, Any], voices: set[object]) -> bool:
    """Return whether there are several people to tell apart in a chat.

    Args:
        chat: What is known of it.
        voices: What is equal for the messages of those whose voice is to be learned.
    """
    if not chat.get("is_group"):
        return False
    others = {*(chat.get("persons") or chat.get("participants") or ())}
    # The voice to be learned may be one of two: then there is nobody to tell apart.
    return len(others - voices) != 1


def _labelled(message: BaseMessage, name: object) -> BaseMessage:
    content = message.content
    if isinstance(content, str):
        return message_copier()(message, {"content": f"{name}: {content}"})
    text, *others = content if content and _is_text(content[0]) else ["", *content]
    words = text if isinstance(text, str) else text["text"]
    said = [{"type": "text", "text": f"{name}: {words}"}, *others]
    return message.model_copy(update={"content": said})


def _is_text(block: Any) -> bool:
    if isinstance(block, dict):
        return block.get("type") == "text" and isinstance(block.get("text"), str)
    return isinstance(block, str)


def _with_name(message: BaseMessage, name: object) -> BaseMessage:
    return message_copier()(message, {"name": str(name)})
