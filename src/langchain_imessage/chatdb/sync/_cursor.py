"""What an earlier pass delivered, in little space: a cursor, and its text; pure.

- *Anchors*: some rows of the message table and of its join with chats, the newest ones
  and, further down, ever fewer. The highest one that is still what it was says which rows
  are new; one that is gone says nothing. None left means a database numbered anew.
- *Marks* (see `_marks`): what each of the latest messages looked like, and a sum over the
  older ones of each conversation.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import ArgumentValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Rows by which a database is recognised, the newest first.

    Attributes:
        messages: ROWID and guid of some messages.
        joins: ROWID, chat and message of some rows that put a message in a chat.
    """

    messages: tuple[tuple[int, str | None], ...] = ()
    joins: tuple[tuple[int, int | None, int | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMarks:
    """What was delivered of a conversation, but for the recent messages.

    Attributes:
        rowids: `chat.ROWID` of its rows.
        shares: Into how many shares its messages are divided.
        sums: By share, the sum of its marks.
    """

    rowids: tuple[int, ...]
    shares: int = 1
    sums: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """What a pass delivered.

    Attributes:
        anchors: Of each database.
        recent_from: By database, the ROWID behind which messages are recent.
        recent: By ROWID, the marks of the recent messages.
        chats: The marks of each conversation.
    """

    anchors: tuple[Anchors, ...]
    recent_from: tuple[int, ...]
    recent: Mapping[int, int]
    chats: tuple[ChatMarks, ...]

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Return it as text, to be kept anywhere: letters, digits, `-`, `_` and `=`."""
        found = {"format": _FORMAT, **asdict(self)}
        data = json.dumps(found, separators=(",", ":"), sort_keys=True)
        return urlsafe_b64encode(zlib.compress(data.encode(), 9)).decode()

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what `str` has written.

        Raises:
            ValueError: If the text is no cursor.
        """
        try:
            data = zlib.decompress(urlsafe_b64decode(text.strip()))
            return cls._of(json.loads(data))
        except (LookupError, TypeError, ValueError, zlib.error) as error:
            raise ArgumentValueError(
                "since is not a cursor from an earlier pass"
            ) from error

    @classmethod
    def _of(cls, found: Any) -> Cursor:
        if found["format"] != _FORMAT:
            raise ValueError("another format")
        return cls(
            anchors=tuple(
                Anchors(
                    messages=tuple((int(r), g) for r, g in one["messages"]),
                    joins=tuple((int(r), c, m) for r, c, m in one["joins"]),
                )
                for one in found["anchors"]
            ),
            recent_from=tuple(map(int, found["recent_from"])),
            recent=_numbers(found["recent"]),
            chats=tuple(
                ChatMarks(
                    rowids=tuple(map(int, chat["rowids"])),
                    shares=max(1, int(chat["shares"])),
                    sums=_numbers(chat["sums"]),
                )
                for chat in found["chats"]
            ),
        )


def last_known(
    anchors: Iterable[tuple[Any, ...]], found: Mapping[int, tuple[Any, ...]]
) -> int:
    """Return the ROWID up to which a table's rows are those that were there before.

    Args:
        anchors: Rows that were there, each with its ROWID first, the newest first.
        found: What is there now in their places, by ROWID.

    Returns:
        The highest ROWID of a row that is what it was, below any that is another one; 0
        if there is none. A row that is gone does not count: it was deleted.
    """
    known = 0
    for anchor in sorted(anchors):
        now = found.get(anchor[0])
        if now is not None and tuple(now) != tuple(anchor):
            break
        if now is not None:
            known = anchor[0]
    return known


def _numbers(found: Mapping[str, Any]) -> dict[int, int]:
    """Return numbers by number; JSON has made texts of the first ones."""
    return {int(name): int(value) for name, value in found.items()}
