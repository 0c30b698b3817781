"""Apple's typedstream format: bytes ↔ values.

Independent of Messages and needs nothing but the standard library, so that it could be
a distribution of its own.

Example:
    >>> body = dumps(AttributedString(text="Hi 👋", runs=()))
    >>> loads(body).text
    'Hi 👋'
"""

from __future__ import annotations

from langchain_imessage.arguments import BYTES, require_kind
from langchain_imessage.errors import TypedStreamError
from langchain_imessage.typedstream._encoder import dumps
from langchain_imessage.typedstream._openings import BodyDecoder
from langchain_imessage.typedstream._plain_bodies import (
    PART,
    plain_body,
    plain_text,
    salvage_text,
)
from langchain_imessage.typedstream._values import (
    URL,
    AttributedString,
    ClassInfo,
    Date,
    GenericObject,
    Run,
    Value,
)
from langchain_imessage.typedstream.shapes._learned_shapes import BODY_SHAPES

__all__ = [
    "PART",
    "URL",
    "AttributedString",
    "ClassInfo",
    "Date",
    "GenericObject",
    "Run",
    "Value",
    "dumps",
    "loads",
    "plain_text",
    "salvage_text",
]


def loads(data: bytes) -> Value:
    """Decode a typedstream.

    Args:
        data: The stream; bytes behind its root object are ignored.

    Returns:
        The root object's value.

    Raises:
        TruncatedStreamError: If the stream ends before its root object does.
        TypedStreamError: If it is no such stream, or breaks one of the limits.

    Example:
        >>> loads(dumps({"name": "Ann"}))
        {'name': 'Ann'}
    """
    try:
        plain = plain_body(data)
    except (AttributeError, TypeError):
        require_kind("data", data, BYTES)
        raise
    if plain is not None:
        return plain
    known = BODY_SHAPES.value(data)
    if known is not None:
        return known
    decoder = BodyDecoder(data)
    try:
        return decoder.root()
    except TypedStreamError as error:
        if error.offset is None:
            error.offset = decoder.position
        raise
    except RecursionError as error:
        # Our own depth limit is generous only for a caller near the bottom of the stack.
        raise TypedStreamError(
            "objects nested too deep for what is left of the stack",
            offset=decoder.position,
        ) from error
