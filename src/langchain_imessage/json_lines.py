"""A row → the bytes of its line, which every consumer reads as one line.

Owns the encoding: UTF-8 by orjson, halves of an emoji replaced, and the three characters
escaped that `str.splitlines` takes for the end of a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE_ENDS = (
    (b"\xa8", b"\xe2\x80\xa8", b"\\u2028"),
    (b"\xa9", b"\xe2\x80\xa9", b"\\u2029"),
    (b"\x85", b"\xc2\x85", b"\\u0085"),
)
"""Each behind its last byte, which is looked for first: few lines have it, and one byte is
found in a tenth of the time. In UTF-8 none of these can begin within another character."""


def line_maker() -> Callable[[Any], bytes]:
    """Return the function from a row to its line.

    Raises:
        MissingDependencyError: If orjson is not installed.
    """
    try:
        from orjson import JSONEncodeError, dumps
    except ImportError as error:
        raise MissingDependencyError("orjson", extra="train") from error

    def to_line(row: Any) -> bytes:
        try:
            data = dumps(row)
        except JSONEncodeError:  # it refuses lone surrogates
            data = dumps(whole_characters(row))
        return in_one_line(data) + b"\n"

    return to_line


def in_one_line(data: bytes) -> bytes:
    """Escape in JSON what may be taken for the end of its line."""
    for last_byte, character, escaped in _LINE_ENDS:
        if last_byte in data and character in data:
            data = data.replace(character, escaped)
    return data


def whole_characters(value: Any) -> Any:
    """Join the halves of an emoji in all texts of a value; a lone half is U+FFFD."""
    if isinstance(value, str):
        if value.isascii():
            return value
        units = value.encode("utf-16-le", "surrogatepass")
        return units.decode("utf-16-le", "replace")
    if isinstance(value, list | tuple):
        return [whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {
            whole_characters(key): whole_characters(item) for key, item in value.items()
        }
    return value
