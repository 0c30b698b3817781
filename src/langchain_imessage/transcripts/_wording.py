"""The words all formats of a transcript have in common; pure, and not yet escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chatdb import ANNOTATIONS
from langchain_imessage.records import App, Link, Poll
from langchain_imessage.transcripts._entry_types import ShownFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.transcripts._entry_types import TranscriptHead


def piece_text(piece: object) -> str:
    """Return a piece of an entry as text: words as they are, all else in brackets."""
    if isinstance(piece, ShownFile):
        name = piece.attachment.name
        return f"{piece.label[:-1]}, {name}]" if name else piece.label
    if isinstance(piece, Link):
        about = ", ".join(filter(None, (piece.title, piece.summary)))
        return ANNOTATIONS["link"].format(
            text=": ".join(filter(None, (about, piece.url)))
        )
    if isinstance(piece, App):
        return ANNOTATIONS["app"].format(kind=piece.kind, text=piece.text)
    if isinstance(piece, Poll):
        return "\n".join(
            [ANNOTATIONS["poll"].format(text=piece.title or ""), *_options(piece)]
        )
    return str(piece)


def poll_options(poll: Poll) -> list[tuple[str, int]]:
    """Return what can be chosen in a poll, and how many are for it."""
    return [(option.text, len(option.voters)) for option in poll.options]


def _options(poll: Poll) -> Iterable[str]:
    return (f"{count:>3} for {text}" for text, count in poll_options(poll))


def reaction_groups(
    reactions: Iterable[tuple[str, str]],
) -> list[tuple[str, list[str]]]:
    """Return reactions by their emoji, each with whose they are.

    Example:
        >>> reaction_groups([("👍", "Ann"), ("😂", "Ben"), ("👍", "Me")])
        [('👍', ['Ann', 'Me']), ('😂', ['Ben'])]
    """
    groups: dict[str, list[str]] = {}
    for emoji, who in reactions:
        groups.setdefault(emoji, []).append(who)
    return list(groups.items())


def summary_of(head: TranscriptHead) -> str:
    """Return in a line what a conversation is: who is in it, and how long it is."""
    return "; ".join(filter(None, (", ".join(others_of(head)), length_of(head))))


def others_of(head: TranscriptHead) -> tuple[str, ...]:
    """Return who is in a conversation; nobody where its title says that already."""
    return () if ", ".join(head.people) == head.title else head.people


def length_of(head: TranscriptHead) -> str:
    """Return how many messages there are, and of which days."""
    messages = f"{head.messages:,} message{'s' * (head.messages != 1)}"
    days = f"{head.first:%Y-%m-%d} to {head.last:%Y-%m-%d}" if head.first else ""
    return "; ".join(filter(None, (messages, days)))
