"""Folds votes, and options added later, into the polls they belong to; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.assembly._guids import by_own_guids
from langchain_imessage.records import Poll, Vote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.records import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PollUpdate:
    """A row that changes a poll.

    Attributes:
        order: Its place in time: (time, rowid).
        guid: Its own; later rows can point at it in place of the poll.
        target: Guid of the poll, or of an earlier row that changed it.
        voter: The name of whose votes they are; None for the owner or where unknown.
        person: Their id.
        is_own: Whether it was the owner.
        content: All that person's votes, or the poll with more options.
    """

    order: tuple[int, int]
    guid: str | None = None
    target: str
    voter: str | None
    person: str | None = None
    is_own: bool
    content: Poll | tuple[Vote, ...]


def with_votes(
    messages: Iterable[Message], poll_updates: Iterable[PollUpdate]
) -> list[Message]:
    """Bring each poll to the state it is in at the end of the reading.

    Args:
        messages: A conversation.
        poll_updates: The rows that change its polls, in any order; those of a poll that is
            not among the messages are passed over.

    Returns:
        The messages, in the same order.
    """
    by_poll: dict[str | int, list[PollUpdate]] = {}
    updates = sorted(poll_updates, key=lambda update: update.order)
    targets = {update.guid: update.target for update in updates if update.guid}
    for update in updates:
        by_poll.setdefault(_poll_of(update, targets), []).append(update)
    found = list(messages)
    if not by_poll:
        return found
    about: Mapping[Any, Sequence[PollUpdate]] = by_own_guids(by_poll, found)
    return [
        _brought_up(message, about[message.guid]) if message.guid in about else message
        for message in found
    ]


def _poll_of(update: PollUpdate, targets: Mapping[str, str]) -> str:
    """Return the guid of the poll an update is of, through the updates it points at."""
    passed = {update.guid}
    target = update.target
    while target in targets and target not in passed:
        passed.add(target)
        target = targets[target]
    return target


def _brought_up(message: Message, poll_updates: Iterable[PollUpdate]) -> Message:
    details = message.details
    if details is None or details.poll is None:
        return message
    poll = details.poll
    chosen: dict[str | None, tuple[str | None, set[str]]] = {}
    for update in poll_updates:
        if isinstance(update.content, Poll):
            poll = replace(poll, options=update.content.options or poll.options)
            continue
        options_chosen = {vote.option for vote in update.content}
        chosen[update.person or update.voter] = update.voter, options_chosen
    voters: dict[str, list[str | None]] = {}
    for voter, ids in chosen.values():
        for id_ in ids:
            voters.setdefault(id_, []).append(voter)
    options = tuple(
        replace(option, voters=tuple(voters.get(option.id, ())))
        for option in poll.options
    )
    return message._replace(
        details=details._replace(poll=replace(poll, options=options))
    )
