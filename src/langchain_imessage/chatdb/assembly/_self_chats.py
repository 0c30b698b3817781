"""Recognises a conversation with oneself, and drops its duplicates; pure.

Older systems store a message to oneself twice, once as sent and once as received.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from langchain_imessage.records import Message

DUPLICATE_WITHIN = timedelta(seconds=10)
"""How far apart the two rows of one message to oneself are at most."""

_WORDLESS = ""


def without_duplicates(
    messages: Sequence[Message], own_wordless: Iterable[datetime]
) -> list[Message] | None:
    """Drop the received copies of messages to oneself.

    Args:
        messages: A conversation whose other side has an address of the owner's.
        own_wordless: When the owner sent rows without words: the sent copy is sometimes
            stored empty, and the received one is then kept.

    Returns:
        The messages without duplicates; None if somebody else wrote some of them after
        all.
        (An account's addresses are no proof: they have named strangers before.)
    """
    own = [(m.sent_at, m.text) for m in messages if m.is_from_me and m.sent_at]
    own += [(moment, _WORDLESS) for moment in own_wordless]
    own.sort()
    kept: list[Message] = []
    for message in messages:
        if not message.is_from_me:
            sent = _sent_around(own, message.sent_at)
            if message.text in sent:
                continue
            if _WORDLESS not in sent:
                return None
        kept.append(message)
    return kept


def _sent_around(
    own: Sequence[tuple[datetime, str]], moment: datetime | None
) -> list[str]:
    if moment is None:
        return []
    first = bisect_left(own, moment - DUPLICATE_WITHIN, key=itemgetter(0))
    last = bisect_right(own, moment + DUPLICATE_WITHIN, key=itemgetter(0))
    return [text for _, text in own[first:last]]
