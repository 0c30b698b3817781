"""Streams of sessions that can also be had as texts, for whoever needs no messages.

To make a message of each text, merge and copy them takes longer than to read the text. A
step that nobody looks at between reading and writing can leave that out: it takes the
texts of the stream before it, and says what became of them. Both give the same.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sized
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from langchain_core.chat_sessions import ChatSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Session_co = TypeVar("_Session_co", bound=ChatSession, covariant=True)


class SessionTexts(NamedTuple):
    """The messages of a session all of which are human messages of nothing but text.

    Attributes:
        is_self: Whether its owner talks to themselves in it.
        texts: Of each message what is equal for one person's (see `speaker_of`), its
            `sender`, and its content.
    """

    is_self: bool
    texts: list[tuple[str | None, str | None, str]]


class SessionTurns(NamedTuple):
    """The same when it is known whose voice is the AI's.

    Attributes:
        is_self: Whether its owner talks to themselves in it.
        turns: Of each message whether it is the AI's, and its content.
    """

    is_self: bool
    turns: list[tuple[bool, str]]


class SessionRuns(NamedTuple):
    """The runs of a session, column by column: all that redaction asks of its messages.

    Attributes:
        chat: The session's.
        texts: What each run says.
        senders: The `sender` of each.
        persons: The id of who that is, where it is known.
        handles: Their addresses, where `sender` is a name.
        owns: Whether it is the owner's, or the AI's.
        source: What its maker knows beside; nothing here asks for it.
    """

    chat: Mapping[str, Any]
    texts: Sequence[str]
    senders: Sequence[str | None]
    persons: Sequence[str | None]
    handles: Sequence[str | None]
    owns: Sequence[bool]
    source: Any

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are, never words or people."""
        return f"{type(self).__name__}({len(self.texts)})"


class SessionStream(Iterator[_Session_co]):
    """Sessions, one at a time; or their texts."""

    @abstractmethod
    def texts(self) -> Iterator[SessionTexts | _Session_co]:
        """Yield what is left of the stream, a session that is more than texts as it is."""

    @abstractmethod
    def close(self) -> None:
        """End the stream, and close what it has open."""


def close_stream(sessions: Iterable[Any]) -> None:
    """Close a stream or a generator; any other iterable has nothing open."""
    close = getattr(sessions, "close", None)
    if close is not None:
        close()


def length_of(items: Iterable[Any]) -> int | None:
    """Return how many items there are; None where that is known at their end only."""
    return len(items) if isinstance(items, Sized) else None
