"""Copies of messages and details in which one field has another value; pure.

Both are tuples, and `_replace` takes five times as long: it looks at every field by name.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from langchain_imessage.records import Details, Message

_Record = TypeVar("_Record", Message, Details)

REPLY_TO: Final = Message._fields.index("reply_to")
REACTIONS: Final = Message._fields.index("reactions")
DETAILS: Final = Message._fields.index("details")
REPLY: Final = Details._fields.index("reply")


def with_value(record: _Record, place: int, value: Any) -> _Record:
    """Return a record with another value in one place."""
    values = (*record[:place], value, *record[place + 1 :])
    return tuple.__new__(type(record), values)
