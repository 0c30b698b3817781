"""Which conversation is meant by what somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from langchain_imessage.addresses import fits, parse_address
from langchain_imessage.errors import (
    AmbiguousConversationError,
    ConversationNotFoundError,
)
from langchain_imessage.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_imessage.records import Chat


_LEAST_DIGITS = 4
"""Fewer digits are a number in the list that there is not, and no part of an address."""


def find_chat(chats: Sequence[Chat], wanted: str) -> Chat:
    """Return the conversation that is meant.

    Args:
        chats: All there are, in the order in which they are numbered from 1.
        wanted: A number; or, in this order of precedence, exactly a title, an identifier
            or a guid; an address in any spelling; a name in any case, or as
            it is written on a card ("Lee, Ann"); a part of one. Of
            several, those of two people come before groups.

    Raises:
        typer.BadParameter: If it is 0, and nothing else is called so.
        ConversationNotFoundError: If there is none.
        AmbiguousConversationError: If there are several.
    """
    number = int(wanted.lstrip("0")[:9] or 0) if wanted.isdecimal() else None
    if number and number <= len(chats):
        return chats[number - 1]
    for matches in _ways(wanted):
        found = [n for n, chat in enumerate(chats, 1) if matches(chat)]
        best = [n for n in found if not chats[n - 1].is_group] or found
        if len(best) == 1:
            return chats[best[0] - 1]
        if best:
            raise AmbiguousConversationError(best)
    if number == 0:
        raise typer.BadParameter("Conversations are numbered from 1.")
    raise ConversationNotFoundError(
        "There is no such conversation; `langchain-imessage chats` lists all of them."
    )


def _ways(wanted: str) -> Iterator[Callable[[Chat], bool]]:
    from langchain_imessage.chatdb.people._matching import (  # noqa: PLC0415 - 0.1 s
        WantedPeople,
    )

    key, folded = parse_address(wanted).key, fold(wanted.strip())
    yield lambda chat: wanted in (chat.title, *chat.identifiers, *chat.guids)
    yield lambda chat: key in _keys(chat)
    if parse_address(wanted).is_number:
        yield lambda chat: any(fits(key, other) for other in _keys(chat))
    if folded:
        yield lambda chat: folded in _names(chat)
        yield WantedPeople.of([wanted]).is_in
    if folded and not (folded.isdecimal() and len(folded) < _LEAST_DIGITS):
        yield lambda chat: any(folded in name for name in _names(chat))


def _keys(chat: Chat) -> set[str]:
    return {parse_address(one).key for one in (*chat.handles, *_unnamed(chat))}


def _unnamed(chat: Chat) -> Iterable[str]:
    """Return what identifies a chat of two, besides its handles: the other's address."""
    return () if chat.is_group else (*chat.identifiers, *chat.participants)


def _names(chat: Chat) -> list[str]:
    return [fold(name) for name in (chat.title, *chat.participants, *chat.handles)]
