"""One row of the chat table, as it is stored; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.addresses import normalize
from langchain_imessage.decoding._chat_properties import ChatProperties

if TYPE_CHECKING:
    from collections.abc import Mapping

_GROUP_STYLE = "43"
_DIRECT_STYLE = "45"


class ChatRow(NamedTuple):
    """One row of the chat table, or one chat known only from its messages.

    From `guid` on its fields are those of `_queries.CHAT_COLUMNS`; the last are the owner's
    address its newest message went over, whether the owner sent that, how it is set, and
    whether messages in no chat belong to it.
    """

    rowid: int
    newest: int
    participants: tuple[int, ...] = ()
    guid: str | None = None
    style: str | None = None
    identifier: str | None = None
    service: str | None = None
    name: str | None = None
    group_id: str | None = None
    account: str | None = None
    own_address: str | None = None
    destination: str | None = None
    is_sent: bool = False
    properties: ChatProperties = ChatProperties()
    has_orphans: bool = False

    @property
    def is_group(self) -> bool:
        """Whether it is a group: its style says so, never its guid's prefix."""
        if self.style in {_GROUP_STYLE, _DIRECT_STYLE}:
            return self.style == _GROUP_STYLE
        return len(self.participants) > 1

    @property
    def claimed(self) -> set[str]:
        """The addresses it says its owner uses in it.

        For a message that was sent, some systems store the recipient's.
        """
        used = self.destination
        if self.is_sent and (self.is_group or self.is_sent_to_itself):
            used = None
        given = filter(None, (self.account, self.own_address, used))
        return set(filter(None, map(normalize, given)))

    @property
    def is_sent_to_itself(self) -> bool:
        """Whether its newest message went over the address the chat is named after."""
        return normalize(self.destination or "") == normalize(self.identifier or "")


def rooms_of(known: Mapping[int, tuple[Any, ...]]) -> dict[str, int]:
    """Return the chat of each identifier.

    Args:
        known: By chat: its fields from `guid` on.
    """
    place = ChatRow._fields.index("identifier") - ChatRow._fields.index("guid")
    return {fields[place]: chat for chat, fields in known.items()}
