"""Which addresses are the owner's, and which conversations are with themselves; pure.

A chat says which account and address its owner uses in it, and a message which address it
came to. Where that is the other side's own address it may be a note to oneself, or wrong:
it is a proof only where chats with others say the same, or a message came from itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_imessage.addresses import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.chatdb.people._chat_rows import ChatRow
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.records import Chat


_SHARE = 0.2
_MANY = 10
"""How many chats with others have to say that an address is the owner's: this share of all
that say anything, or so many. A few of a stranger's are among them now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The owner of a database.

    Attributes:
        persons: The ids of all addresses that are known to be the owner's: enough chats
            with others say so.
        claimed: The ids of all any chat says so of.
        suspected: The same, and those whose newest message went over their own address.
    """

    persons: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    suspected: frozenset[str] = frozenset()

    def is_self(self, chat: Chat) -> bool:
        """Return whether a conversation is known to be with oneself."""
        return _is_within(chat, self.persons)

    def may_be_self(self, chat: Chat) -> bool:
        """Return whether a conversation is said to be with oneself."""
        return _is_within(chat, self.claimed)

    def is_suspected(self, chat: Chat) -> bool:
        """Return whether it is worth a look who sent to whom in a conversation."""
        return _is_within(chat, self.suspected)


def find_owner(rows: Iterable[ChatRow], people: People) -> Owner:
    """Find the owner's addresses.

    Args:
        rows: The chats that have messages.
        people: Whose handle is whose.
    """
    votes: Counter[str] = Counter()
    claiming = 0
    claimed: set[str] = set()
    suspected: set[str] = set()
    for row in rows:
        said = row.claimed
        claimed |= said
        if row.destination and row.is_sent_to_itself:
            suspected.add(normalize(row.destination))
        votes.update(said - {normalize(row.identifier or "")})
        claiming += bool(said)
    enough = min(_MANY, claiming * _SHARE)
    addresses = [address for address, count in votes.items() if count >= enough]
    return Owner(
        persons=frozenset(map(people.person, addresses)),
        claimed=frozenset(map(people.person, claimed)),
        suspected=frozenset(map(people.person, claimed | suspected)),
    )


def _is_within(chat: Chat, persons: frozenset[str]) -> bool:
    return not chat.is_group and bool(chat.persons) and persons.issuperset(chat.persons)
