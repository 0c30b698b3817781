"""What an agent may see: which conversations, and from when to when; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.chatdb import ChatFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an agent may see of what a loader loads; everything, unless something is said.

    What is out of scope is never read, so that no tool can return it.

    Attributes:
        chats: Only these conversations: titles, addresses or guids; or a test on
            `records.Chat`.
        people: Only conversations with one of these people: names or addresses.
        groups: Only groups (True), or no groups (False).
        after: First moment; an aware datetime.
        before: First moment no longer in scope.

    Example:
        >>> Scope(people=["Ann"], groups=False)
        Scope(groups=False, after=None, before=None)
    """

    chats: ChatFilter | None = field(default=None, repr=False)
    people: Collection[str] | None = field(default=None, repr=False)
    groups: bool | None = None
    after: datetime | None = None
    before: datetime | None = None

    def of(self, loader: IMessageChatLoader) -> IMessageChatLoader:
        """Return a loader of what is in scope.

        Args:
            loader: A loader of the whole database.

        Raises:
            TypeError: If a value is of the wrong type; the message names it.
            ValueError: If a moment has no time zone.
        """
        return loader.narrowed(
            chats=self.chats,
            people=self.people,
            groups=self.groups,
            after=self.after,
            before=self.before,
        )
