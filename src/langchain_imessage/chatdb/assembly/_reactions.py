"""Folds tapbacks into the messages they sit on; pure.

They come from rows that point at their target, or from sentences, as `_sentences` finds
them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import compress, count
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.assembly._guids import (
    by_own_guids,
    guids_of,
    target_key,
)
from langchain_imessage.chatdb.assembly._record_copies import REACTIONS, with_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.records import Message, Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapback:
    """A reaction, or the removal of one, on its way to its target.

    Attributes:
        order: Its place in time: (time, rowid).
        target: Guid of the message, or its ROWID where that is what is known.
        is_removal: Whether it takes the reaction away.
        is_placed: Whether it is a sticker put on the message: a person can leave any
            number of these, and of all others one.
        reaction: What was given or taken.
    """

    order: tuple[int, int]
    target: str | int
    is_removal: bool
    is_placed: bool = False
    reaction: Reaction


def standing(tapbacks: Iterable[Tapback]) -> list[Tapback]:
    """Keep each person's last word on each part of each message, oldest first."""
    last: dict[tuple[object, ...], Tapback] = {}
    for tapback in sorted(tapbacks, key=lambda tapback: tapback.order):
        reaction = tapback.reaction
        place = (
            target_key(tapback.target),
            reaction.part,
            reaction.is_from_me,
            reaction.person or reaction.sender,
            tapback.order if tapback.is_placed else None,
        )
        last.pop(place, None)
        if not tapback.is_removal:
            last[place] = tapback
    return list(last.values())


def attach(
    messages: Sequence[Message], tapbacks: Iterable[Tapback]
) -> tuple[list[Message], list[int]]:
    """Attach to each message the reactions that stand on it.

    Args:
        messages: A conversation.
        tapbacks: Those that stand; ones on other messages are passed over.

    Returns:
        The messages, in the same order, and the places of those with reactions.
    """
    by_target: dict[str | int, list[Tapback]] = defaultdict(list)
    for tapback in tapbacks:
        by_target[tapback.target].append(tapback)
    found = list(messages)
    if not by_target:
        return found, []
    about: Mapping[str | int, Sequence[Tapback]] = by_target
    keys = _keys(found)
    places = _places(keys, about)
    if len(places) < len(about):
        about = by_own_guids(about, found)
        if about is not by_target:
            places = _places(keys, about)
    for place in places:
        reactions = tuple([tapback.reaction for tapback in about[keys[place]]])
        found[place] = with_value(found[place], REACTIONS, reactions)
    return found, places


def _keys(messages: Sequence[Message]) -> list[str | int]:
    """Return by what each message is pointed at: its guid, or its ROWID without one."""
    guids: list[Any] = [*guids_of(messages)]
    if all(guids):  # nearly always
        return guids
    return [
        guid or message.rowid for guid, message in zip(guids, messages, strict=True)
    ]


def _places(
    keys: Sequence[str | int], targets: Mapping[str | int, object]
) -> list[int]:
    # One loop within the interpreter.
    return [*compress(count(), map(targets.__contains__, keys))]
