"""The rows of a large database by chance: words, and what is more than words.

Two sources of chance: what is more than words takes nothing from that of the words, so
that a database with it has otherwise the rows of one without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.decoding._attributed_body import TRANSFER
from langchain_imessage.decoding._text_marks import LINK as LINK_MARK
from langchain_imessage.decoding._text_marks import MENTION, STYLES
from langchain_imessage.testing.database.blobs._bodies import SLOT
from langchain_imessage.testing.database.blobs._edits import edit_summary, split_body
from langchain_imessage.testing.database.blobs._payloads import (
    LINK,
    app_payload,
    extension,
    link_payload,
    url,
)
from langchain_imessage.testing.database.large._large_texts import (
    Piece,
    archive_pieces,
    archive_plain,
    text_by_chance,
    with_detected,
)
from langchain_imessage.timestamps import datetime_from_apple
from langchain_imessage.typedstream import PART, URL

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

_BEGAN = 600_000_000 * 10**9
"""2020-01-06, in nanoseconds since 2001; a message a minute from there."""

_MINUTE = 60 * 10**9
_OWN = 0.45
_TAPBACKS = 0.03
_APP = extension("com.example.chess")
_BOLD = next(iter(STYLES))


class LargeRow(NamedTuple):
    """A row of the message table; its fields are named as the columns are."""

    rowid: int
    guid: str
    text: str | None
    attributedBody: bytes | None  # noqa: N815
    handle_id: int
    date: int
    is_from_me: bool
    balloon_bundle_id: str | None = None
    payload_data: bytes | None = None
    thread_originator_guid: str | None = None
    thread_originator_part: str | None = None
    associated_message_guid: str | None = None
    associated_message_type: int = 0
    cache_has_attachments: int = 0
    has_dd_results: int = 0
    is_empty: int = 0
    date_edited: int = 0
    message_summary_info: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How many of the messages are what; see `write_large_database`."""

    without_text: float
    rich: float
    replies: float
    directed: float
    detected: float
    edited: float
    empty: float


class RowsByChance:
    """Makes rows, one after another.

    Args:
        chance: What the words come from, and who writes.
        more: What everything else comes from.
        shares: How many of the messages are what.
    """

    def __init__(
        self, chance: random.Random, more: random.Random, shares: Shares
    ) -> None:
        self._chance = chance
        self._more = more
        self._shares = shares
        self._latest: dict[int, str] = {}

    def rows(
        self, picks: Iterator[tuple[int, list[int]]]
    ) -> Iterator[tuple[int, LargeRow]]:
        """Yield a row for each pick of a chat and its members, with the chat."""
        chance = self._chance
        for rowid, (chat, people) in enumerate(picks, 1):
            guid = f"{rowid:08X}-0000-4000-8000-000000000000"
            own = chance.random() < _OWN
            handle = chance.choice(people)
            if own:  # in a chat of two it is 0 as often as not
                handle = 0 if len(people) > 1 else chance.choice([0, handle])
            text = text_by_chance(chance)
            row = LargeRow(
                rowid, guid, text, None, handle, _BEGAN + rowid * _MINUTE, own
            )
            latest = self._latest.get(chat)
            if latest and chance.random() < _TAPBACKS:
                row = row._replace(
                    attributedBody=archive_plain(text),
                    associated_message_guid=f"p:0/{latest}",
                    associated_message_type=2000 + chance.randrange(6),
                )
            else:
                row = self._message(row, latest)
                self._latest[chat] = guid
            if chance.random() < self._shares.without_text:
                row = row._replace(text=None)
            yield chat, row

    def _message(self, row: LargeRow, latest: str | None) -> LargeRow:
        """Return a row with its body, and with what may make it more than words."""
        if self._happens(self._shares.empty):
            return row._replace(text=None, is_empty=1)
        directed = row.is_from_me and self._happens(self._shares.directed)
        text = row.text or ""
        if latest and self._happens(self._shares.replies):
            row = row._replace(**_reply(latest))
        if self._happens(self._shares.rich):
            changes, pieces = _RICH[row.rowid % len(_RICH)](row, text, latest)
        elif self._happens(self._shares.edited):
            changes, pieces = self._edited(row, text), [(text, {})]
        elif self._happens(self._shares.detected):
            changes, pieces = {"has_dd_results": 1}, with_detected(text, row.rowid)
        else:
            return row._replace(attributedBody=archive_plain(text, directed=directed))
        shown = "".join(piece for piece, _ in pieces)
        body = archive_pieces(pieces, directed=directed)
        return row._replace(attributedBody=body, **{"text": shown, **changes})

    def _happens(self, share: float) -> bool:
        return share > 0 and self._more.random() < share

    def _edited(self, row: LargeRow, text: str) -> dict[str, Any]:
        """Return what an edit two minutes later leaves behind; no text, as in Messages."""
        date = row.date + 2 * _MINUTE
        versions = (
            (text_by_chance(self._more), datetime_from_apple(row.date)),
            (text, datetime_from_apple(date)),
        )
        summary = edit_summary(split_body(archive_plain(text)), 0, versions)
        return {"text": None, "date_edited": date, "message_summary_info": summary}


_Rich = tuple[dict[str, Any], list[Piece]]
"""What else is in a row that is more than words, and the pieces of its text."""


def _reply(latest: str | None) -> dict[str, Any]:
    return {"thread_originator_guid": latest, "thread_originator_part": "0:0:1"}


def _picture(row: LargeRow, text: str, _: str | None) -> _Rich:
    pieces: list[Piece] = [(SLOT, {TRANSFER: picture_guid(row)}), (text, {PART: 1})]
    return {"cache_has_attachments": 1}, pieces


def picture_guid(row: LargeRow) -> str:
    """Return the guid of the picture of a row that has one."""
    return f"at_0_{row.guid}"


def _mention(_: LargeRow, text: str, __: str | None) -> _Rich:
    return {}, [("Ann", {MENTION: "+15550000001"}), (f", {text}", {})]


def _link(row: LargeRow, text: str, _: str | None) -> _Rich:
    address = f"https://example.com/{row.rowid}"
    payload = link_payload(address, title=text, summary="For use in documents.")
    changes = {"balloon_bundle_id": LINK, "payload_data": payload}
    return changes, [(address, {LINK_MARK: URL(relative=address)})]


def _app(row: LargeRow, text: str, _: str | None) -> _Rich:
    payload = app_payload(
        an="Chess",
        ldtext=text,
        userInfo={"caption": text, "subcaption": f"Move {row.rowid}"},
        URL=url(f"data:,move={row.rowid}"),
    )
    return {"balloon_bundle_id": _APP, "payload_data": payload}, [("\ufffd", {})]


def _styled(_: LargeRow, text: str, __: str | None) -> _Rich:
    first, _blank, rest = text.partition(" ")
    bold: Piece = (first, {_BOLD: 1})
    return {}, [bold, (f" {rest}", {})] if rest else [bold]


def _answer(_: LargeRow, text: str, latest: str | None) -> _Rich:
    return _reply(latest), [(text, {})]


_RICH = (_picture, _mention, _link, _app, _styled, _answer)
