"""Which pairs a query may find: those of one person, and those before a moment.

Owns who is meant by a name. Nobody's name gets into an error message.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import MOMENT, TEXT, require_kind, require_zone
from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.errors import ArgumentValueError

if TYPE_CHECKING:
    from datetime import datetime

    from langchain_imessage.retrievers.own_replies._own_replies_pairs import ReplyPair
    from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore


class Subsets:
    """Finds the ids of a store's pairs, and remembers the latest answer.

    Args:
        store: The pairs.
        redactor: What replaced names in them, if anything did.
    """

    def __init__(self, store: ReplyStore, redactor: Any) -> None:
        self._store = store
        self._redact = getattr(redactor, "redact_text", None)
        self._known: dict[tuple[str | None, datetime | None], frozenset[int]] = {}

    def ids(self, to: str | None, before: datetime | None) -> frozenset[int] | None:
        """Return the ids of the pairs that may be found; None for all.

        Raises:
            ValueError: If nobody is called so, or the moment has no time zone.
        """
        if to is None and before is None:
            return None
        if (to, before) not in self._known:
            found = []
            if before is not None:
                found.append(self._store.ids_before(seconds_of_moment(before)))
            if to is not None:
                found.append(self._store.ids_with(self._people(to)))
            self._known = {(to, before): frozenset(set.intersection(*found))}
        return self._known[to, before]

    def name_of(self, to: str) -> str:
        """Return what the pairs call a person.

        Raises:
            ValueError: If nobody is called so.
        """
        return next(iter(self._people(to).values()))

    def _people(self, to: str) -> dict[str, str]:
        """Return whose pairs are meant, each with what that person is called there."""
        require_kind("to", to, TEXT)
        wanted = WantedPeople.of({to, self._redact(to) if self._redact else to})
        found = {
            stored: one
            for stored, people in self._store.people().items()
            for one in people
            if wanted.is_name(one) or wanted.is_address(one)
        }
        if not found:
            raise ArgumentValueError(
                "to: no reply is in a conversation with that person; name them as in "
                "the conversations, where these are redacted by their placeholder"
            )
        return found


def seconds_of_moment(moment: datetime) -> float:
    """Return a moment in Unix seconds.

    Raises:
        ValueError: If it has no time zone.
    """
    require_kind("before", moment, MOMENT)
    require_zone("before", moment)
    return moment.timestamp()


def is_before(pair: ReplyPair, limit: float) -> bool:
    """Return whether a pair was answered before a moment; infinity is none at all."""
    return limit == inf or (pair.sent_at is not None and pair.sent_at < limit)
