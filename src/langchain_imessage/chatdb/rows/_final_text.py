"""A row's text, body and history → the words it has today; no SQL, no connection.

What its sender took back is never among them, in whichever column it is still to be found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.decoding._attributed_body import (
    Body,
    Bubble,
    parse_body,
    text_body,
)
from langchain_imessage.decoding._summary_info import SummaryInfo, parse_summary_info
from langchain_imessage.errors import DecodeError
from langchain_imessage.typedstream import salvage_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from langchain_imessage.chatdb.rows._columns import MessageRow

NO_HISTORY = SummaryInfo()
_NO_BODY = Body()


class Words(NamedTuple):
    """What a row's columns say, how well they could be read, and if all was unsent."""

    body: Body = _NO_BODY
    history: SummaryInfo = NO_HISTORY
    is_salvaged: bool = False
    is_damaged: bool = False
    is_unsent: bool = False


def read_words(row: MessageRow, plain: str | None) -> Words:
    """Return the words a row has today.

    Never edited: the text column, else the body. Edited: the body, which has the latest
    version, else the history; the text column may still hold what was taken back.

    Args:
        row: The row.
        plain: The text of its body, if that is certain and the body words alone.
    """
    history = _history(row)
    found = Words(Body((Bubble(0, (plain,)),))) if plain else _body_words(row.body)
    if history is not NO_HISTORY:
        found = Words(found.body, history, found.is_salvaged, found.is_damaged)
    if not (row.date_edited or history.versions or history.retracted):
        return _never_edited(row, found)
    found = _without(found, history.retracted)
    if found.body.text:
        return found
    is_left = found.body.slots or row.subject
    if row.is_empty or (history.is_unsent and not is_left):
        # All of it was taken back, whether or not the history says so.
        gone = SummaryInfo(retracted=history.retracted)
        return Words(history=gone, is_damaged=found.is_damaged, is_unsent=True)
    if history.versions:
        bubbles = [Bubble(number=e.part, pieces=(e.text,)) for e in history.current]
        return Words(body=Body(bubbles=tuple(bubbles)), history=history)
    if row.text and not history.retracted:
        return Words(body=text_body(row.text), history=history)
    return found


def _never_edited(row: MessageRow, found: Words) -> Words:
    if not row.text or found.body.bubbles == (Bubble(0, (row.text,)),):
        return found
    said = text_body(row.text)
    is_same = found.body.bubbles and _plain(found.body) == _plain(said)
    return found if is_same else Words(body=said, history=found.history)


def _history(row: MessageRow) -> SummaryInfo:
    if not row.summary:
        return NO_HISTORY
    try:
        return parse_summary_info(row.summary)
    except DecodeError:
        return NO_HISTORY


def _without(words: Words, retracted: Collection[int]) -> Words:
    """Return words without some bubbles.

    A damaged body does not say which words are in which bubble: none are returned.
    """
    if not retracted:
        return words
    if words.is_salvaged:
        return Words(history=words.history, is_damaged=True)
    gone, body = frozenset(retracted), words.body
    bubbles = tuple(b for b in body.bubbles if b.number not in gone)
    if len(bubbles) == len(body.bubbles):
        return words
    kept = Body(
        bubbles=bubbles,
        mentions=tuple(m for m in body.mentions if m.part not in gone),
        styles=tuple(s for s in body.styles if s.part not in gone),
    )
    return words._replace(body=kept)


def _plain(body: Body) -> str:
    return "".join(bubble.text for bubble in body.bubbles)


def _body_words(body: bytes | None) -> Words:
    if not body:
        return Words()
    try:
        return Words(parse_body(body))
    except DecodeError:
        text = salvage_text(body)
    if text is None:
        return Words(is_damaged=True)
    return Words(body=text_body(text), is_salvaged=True)
