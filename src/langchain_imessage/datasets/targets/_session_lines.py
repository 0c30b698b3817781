"""A session → the bytes of its line: JSON in UTF-8, by orjson where it is installed.

Both encoders write the same, but for floats that few digits express (1e-7). Owns what JSON
has no type for; writes no file. Nothing is replaced: a line with half of an emoji, which
UTF-8 cannot express, is ASCII with escapes.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage, message_to_dict
from pydantic import BaseModel

from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.json_lines import in_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage


def session_lines(sessions: Iterable[ChatSession]) -> Iterator[bytes]:
    """Yield sessions as lines of JSON, each with its newline.

    Each is an object of the session's other keys and of `messages`, these as LangChain's
    `messages_to_dict` writes them.
    """
    # Unlike a loop, this holds on to no session while the next one is made.
    return map(partial(_line, encode=_encoder()), sessions)


def _line(session: ChatSession, *, encode: Callable[[Any], bytes]) -> bytes:
    with collection_paused():
        row = {key: value for key, value in session.items() if key != "messages"}
        row["messages"] = [_as_dict(message) for message in session["messages"]]
        return in_one_line(encode(row)) + b"\n"


def _as_dict(message: BaseMessage) -> dict[str, Any]:
    """Return what `message_to_dict` does; of the usual kinds without a copy."""
    if type(message) in _fields_are_dumped() and not message.__pydantic_extra__:
        return {"type": message.type, "data": vars(message)}
    return message_to_dict(message)


@cache
def _fields_are_dumped() -> frozenset[type[BaseMessage]]:
    """Return the kinds of messages whose attributes are what pydantic dumps, in order."""
    kinds = (HumanMessage, AIMessage)
    examples = [kind("words", id="1", additional_kwargs={"a": 1}) for kind in kinds]
    return frozenset(
        type(one)
        for one in examples
        if list(vars(one).items()) == list(one.model_dump().items())
    )


def _encoder() -> Callable[[Any], bytes]:
    """Return orjson's encoder, or the standard library's where there is none."""
    try:
        from orjson import dumps
    except ImportError:  # langchain-core has it from langsmith, which may do without
        return _encode

    def encode(row: Any) -> bytes:
        try:
            return dumps(row, default=_plain)
        except TypeError:  # it refuses half of an emoji, large integers and odd keys
            return _encode(row)

    return encode


def _encode(row: Any) -> bytes:
    """Encode by the standard library; what is no number is null, as orjson has it."""
    try:
        text = _dumps(row)
    except ValueError:  # it is NaN, or infinite
        finite = json.loads(
            json.dumps(row, default=_plain), parse_constant=lambda _: None
        )
        text = _dumps(finite)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _dumps(json.loads(text), ensure_ascii=True).encode()


def _dumps(row: Any, *, ensure_ascii: bool = False) -> str:
    return json.dumps(
        row,
        default=_plain,
        ensure_ascii=ensure_ascii,
        separators=(",", ":"),
        allow_nan=False,
    )


def _plain(value: Any) -> Any:
    """Return what JSON can express, for what neither encoder knows or only orjson does."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)
