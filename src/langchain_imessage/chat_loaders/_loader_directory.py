"""Who is in a database, without a message of it: what a loader's `directory` is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from langchain_imessage.records import Chat


class Directory(NamedTuple):
    """Who is in a database and in the address book beside it.

    Attributes:
        chats: The conversations, the most recently used first.
        contact_names: The names in the address book.
    """

    chats: tuple[Chat, ...]
    contact_names: tuple[str, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts, never people."""
        counts = f"chats={len(self.chats)}, contact_names={len(self.contact_names)}"
        return f"{type(self).__name__}({counts})"
