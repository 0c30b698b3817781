"""One parsed line and a sink → what the sink would object to.

Owns the checks that need no other line. What is checked is told by the sink's entry in the
table; a line may be anything JSON can express. No message quotes the line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeGuard

from langchain_imessage.datasets.formats._limits import (
    IMAGE_DETAILS,
    IMAGE_TYPES,
    MAX_IMAGE_BYTES,
    NAME,
)
from langchain_imessage.datasets.formats._read_rows import images_in
from langchain_imessage.datasets.validation._findings import Problem
from langchain_imessage.datasets.validation._tool_checks import (
    call_problems,
    tool_problems,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from langchain_imessage.datasets.formats._specs import Sink

_OPENAI = ("messages", "role", "content")
_LAYOUT = {"conversations": ("conversations", "from", "value")}
"""Where a shape has its list, who speaks, and the words; others are as OpenAI's."""

_LAYOUT_KEYS = frozenset({"role", "content", "from", "value"})

_GEMINIS_ROLES = {"system": "system", "user": "user", "model": "assistant"}

_ANSWERS = ("assistant", "gpt")
_QUESTIONS = ("user", "human")
_CALLS = ("tool_calls", "function_call")
_OTHER_FORMATS = (
    frozenset({"prompt", "completion"}),
    frozenset({"text"}),
    frozenset({"preferred_output"}),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_INLINE = re.compile(r"data:([\w/.+-]+);base64,")


def problems_of(row: Any, sink: Sink) -> Iterator[Problem]:
    """Check a line.

    Args:
        row: What the line says.
        sink: Who is to take it.

    Yields:
        What the sink would object to.
    """
    if not isinstance(row, dict):
        yield Problem("json", "The line is no JSON object")
        return
    yield from _top_level(row, sink)
    if sink.shape == "openai-dpo":
        yield from _openai_pair(row, sink)
    elif sink.shape == "trl-dpo":
        yield from _pair(
            row.get("prompt"), row.get("chosen"), row.get("rejected"), sink
        )
    elif sink.shape == "contents":
        yield from _conversation(_as_messages(row), sink)
    else:
        yield from _conversation(row, sink)


def _as_messages(row: dict[str, Any]) -> dict[str, Any]:
    """Return Gemini's `contents` as OpenAI's `messages`, for the same checks."""
    contents, system = row.get("contents"), row.get("systemInstruction")
    if not _is_list_of_messages(contents):
        return {"messages": contents}
    given = [{**system, "role": "system"}] if isinstance(system, dict) else []
    return {"messages": [_as_message(content) for content in [*given, *contents]]}


def _as_message(content: dict[str, Any]) -> dict[str, Any]:
    parts, role = content.get("parts"), content.get("role")
    texts = [
        part.get("text") if isinstance(part, dict) else None
        for part in (parts if isinstance(parts, list) else ())
    ]
    is_text = bool(texts) and all(isinstance(text, str) for text in texts)
    return {
        **{key: value for key, value in content.items() if key != "parts"},
        "role": _GEMINIS_ROLES.get(str(role)),
        "content": "\n".join(map(str, texts)) if is_text else None,
    }


def keys_of(row: Any) -> frozenset[Any]:
    """Return the keys of a line and of its messages, by role: the same in every line."""
    if not isinstance(row, dict):
        return frozenset()
    found: set[Any] = set(row)
    for value in row.values():
        for message in value if isinstance(value, list) else ():
            if isinstance(message, dict):
                role = str(message.get("role", message.get("from")))
                found.update((role, key) for key in message if key not in _LAYOUT_KEYS)
    return frozenset(found)


def _top_level(row: dict[str, Any], sink: Sink) -> Iterator[Problem]:
    others = [keys for keys in _OTHER_FORMATS if keys <= row.keys()]
    if others and "messages" in row:
        text = "The line fits two formats"
        yield Problem("two-formats", text, is_error=sink.one_format)
    unknown = len(row.keys() - sink.keys)
    if unknown:
        message = f"The line has {unknown} keys that are not known"
        yield Problem("unknown-key", message, is_error=not sink.unknown_keys)
    if "tools" in sink.keys:
        yield from tool_problems(row)


def _openai_pair(row: dict[str, Any], sink: Sink) -> Iterator[Problem]:
    source = row.get("input")
    prompt = source.get("messages") if isinstance(source, dict) else None
    yield from _pair(
        prompt, row.get("preferred_output"), row.get("non_preferred_output"), sink
    )


def _pair(prompt: Any, better: Any, worse: Any, sink: Sink) -> Iterator[Problem]:
    if not _is_list_of_messages(prompt):
        yield Problem("messages", "The line has no prompt")
        return
    yield from _messages(prompt, sink, "role", "content")
    if prompt[-1].get("role") != "user":
        yield Problem("pair", "The prompt does not end with the user's turn")
    for answer in (better, worse):
        if not _is_list_of_messages(answer) or [m.get("role") for m in answer] != [
            "assistant"
        ]:
            yield Problem("pair", "An answer is not one assistant message")
        else:
            yield from _messages(answer, sink, "role", "content")
    if better == worse:
        yield Problem("pair", "The two answers are the same")


def _conversation(row: dict[str, Any], sink: Sink) -> Iterator[Problem]:
    key, who, words = _LAYOUT.get(sink.shape, _OPENAI)
    messages = row.get(key)
    if not _is_list_of_messages(messages):
        yield Problem("messages", f"{key} is no list of messages")
        return
    yield from _messages(messages, sink, who, words)
    if "tools" in sink.keys:
        yield from call_problems(messages)
    yield from _order([message.get(who) for message in messages], sink)
    answers = [message for message in messages if message.get(who) in _ANSWERS]
    if not any(message.get("weight", 1) for message in answers):
        yield Problem("answer", "The example has no answer to learn")
    if len({"weight" in message for message in answers}) > 1:
        yield Problem(
            "weight", "Some answers have a weight and some have none", is_error=False
        )


def _is_list_of_messages(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(message, dict) for message in value)
    )


def _messages(
    messages: Sequence[dict[str, Any]], sink: Sink, who: str, words: str
) -> Iterator[Problem]:
    images = 0
    for number, message in enumerate(messages, 1):
        role = message.get(who)
        if role not in sink.roles:
            yield Problem("role", f"Message {number} has a role that is not known")
        unknown = len(message.keys() - sink.message_keys)
        if unknown:
            text = f"Message {number} has {unknown} keys that are not known"
            yield Problem("unknown-key", text, is_error=not sink.unknown_keys)
        for problem in _content(message, role, message.get(words), sink):
            yield problem._replace(message=f"{problem.message} in message {number}")
        for key, rule in _EXTRAS.items():
            if key in message:
                for problem in rule(message[key], role, sink):
                    yield problem._replace(
                        message=f"{problem.message} in message {number}"
                    )
        images += images_in(message.get(words))
    if images > sink.images > 0:
        yield Problem("image", f"The example has more than {sink.images} images")


def _content(
    message: dict[str, Any], role: Any, content: Any, sink: Sink
) -> Iterator[Problem]:
    has_images = images_in(content) > 0
    if has_images and not (sink.images and role in _QUESTIONS):
        yield Problem("image", "There is an image where none is taken")
    if isinstance(content, str):
        if not content.strip():
            yield Problem("content", "There are no words")
    elif isinstance(content, list) and sink.images and content:
        for block in content:
            yield from _block(block)
    elif not has_images and (
        content is not None or not any(message.get(call) for call in _CALLS)
    ):
        yield Problem("content", "The content is no text")


def _block(block: Any) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "text" and isinstance(block.get("text"), str):
        return
    if kind != "image_url":
        yield Problem("content", "There is a block that is neither text nor image")
        return
    image = block.get("image_url")
    url = image.get("url") if isinstance(image, dict) else None
    if not isinstance(url, str):
        yield Problem("image", "An image has no address")
    elif inline := _INLINE.match(url):
        if inline[1] not in IMAGE_TYPES:
            yield Problem("image", "An image is of a kind that is not taken")
        if (len(url) - inline.end()) * 3 // 4 > MAX_IMAGE_BYTES:
            yield Problem("image", "An image is too large")
        elif (len(url) - inline.end()) % 4 or not _BASE64.fullmatch(url, inline.end()):
            yield Problem("image", "An image is no base64")
    elif not url.startswith("https://"):
        yield Problem("image", "An image's address is neither data nor https")
    if isinstance(image, dict) and image.get("detail", "auto") not in IMAGE_DETAILS:
        yield Problem("image", "An image has a detail that is not known")


def _weight(weight: Any, role: Any, sink: Sink) -> Iterator[Problem]:
    if not sink.weights:
        # A float, say: whoever ignores it ignores that, too.
        if weight == 0:
            yield Problem("weight", "The weight 0 is ignored and the answer learned")
    elif type(weight) is not int or weight not in {0, 1}:
        yield Problem("weight", "The weight is neither 0 nor 1")
    if role not in _ANSWERS and not sink.any_weights:
        yield Problem("weight", "There is a weight on what is no answer")


def _name(name: Any, _role: Any, sink: Sink) -> Iterator[Problem]:
    if sink.names and not (isinstance(name, str) and NAME.fullmatch(name)):
        yield Problem("name", "The name has characters or a length that is refused")


_EXTRAS: dict[str, Callable[[Any, Any, Sink], Iterator[Problem]]] = {
    "weight": _weight,
    "name": _name,
}


def _order(roles: Sequence[Any], sink: Sink) -> Iterator[Problem]:
    systems = [place for place, role in enumerate(roles) if role == "system"]
    if systems not in ([], [0]):
        text = "There is a system message that is not the first and only"
        yield Problem("system", text, is_error=sink.system_first)
    talk = [role for role in roles if role != "system"]
    if any(
        role not in (_ANSWERS if place % 2 else _QUESTIONS)
        for place, role in enumerate(talk)
    ):
        text = "The turns do not go user, assistant, user, ..."
        yield Problem("alternation", text, is_error=sink.alternates)
    if roles[-1] not in _ANSWERS:
        text = "The last message is not the assistant's"
        yield Problem("last-turn", text, is_error=sink.ends_with_answer)
