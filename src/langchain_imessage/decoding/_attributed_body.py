"""The `attributedBody` of a row → its text; knows how bodies are damaged in the wild.

Which column wins, and what an empty text means, is the reader's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.errors import DecodeError
from langchain_imessage.typedstream import AttributedString, loads, plain_text

if TYPE_CHECKING:
    from langchain_imessage.typedstream import Value

_AS_LATIN_1 = b"\x04\x0bstreamtyped\xc2\x81\xc3\xa8"
"""How the header looks after a tool stored the bytes as text, character by byte."""

ATTACHMENT_SLOT = "\ufffc"
"""Where an attachment stands in the text."""

_PLACEHOLDERS = (ATTACHMENT_SLOT, "\ufffd", "\uffff")
"""An attachment, an app's balloon, a list of suggestions."""


def body_text(blob: bytes) -> str:
    """Decode a body.

    Args:
        blob: A typedstream holding an attributed string or a string.

    Returns:
        Its text, placeholders included.

    Raises:
        DecodeError: If the blob is no such thing.
    """
    text = plain_text(blob)
    if text is not None:
        return text
    if blob.startswith(_AS_LATIN_1):
        blob = blob.decode("utf-8", "replace").encode("latin-1", "replace")
    return _text_of(loads(blob))


def has_placeholders(text: str) -> bool:
    """Tell whether something else than words stands in a text."""
    return ATTACHMENT_SLOT in text or "\ufffd" in text or "\uffff" in text


def without_placeholders(text: str) -> str:
    """Take the placeholders out of a text, and the blanks that surrounded them.

    A text without any is returned as it is: a message of one space is a message.
    """
    words = text
    for placeholder in _PLACEHOLDERS:
        words = words.replace(placeholder, "")
    return text if len(words) == len(text) else words.strip()


def _text_of(value: Value) -> str:
    if isinstance(value, AttributedString):
        return value.text
    if isinstance(value, str):
        return value
    raise DecodeError("the body holds no text")
