"""Folds votes, and options added later, into the polls they belong to; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from langchain_imessage.records import Poll, PollOption, Vote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.records import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A row that changes a poll.

    Attributes:
        order: Its place in time: (time, rowid).
        target: Guid of the poll's first row.
        voter: Who sent it; None for the owner or where unknown.
        is_own: Whether it was the owner.
        content: All that person's votes, or the poll with more options.
    """

    order: tuple[int, int]
    target: str
    voter: str | None
    is_own: bool
    content: Poll | tuple[Vote, ...]


def with_votes(messages: Iterable[Message], ballots: Iterable[Ballot]) -> list[Message]:
    """Bring each poll to the state it is in at the end of the reading.

    Args:
        messages: A conversation.
        ballots: The rows that change its polls, in any order; those of a poll that is not
            among the messages are passed over.

    Returns:
        The messages, in the same order.
    """
    by_poll: dict[str, list[Ballot]] = {}
    for ballot in sorted(ballots, key=lambda ballot: ballot.order):
        by_poll.setdefault(ballot.target, []).append(ballot)
    if not by_poll:
        return list(messages)
    return [
        _brought_up(message, by_poll[message.guid])
        if message.guid in by_poll
        else message
        for message in messages
    ]


def _brought_up(message: Message, ballots: Iterable[Ballot]) -> Message:
    details = message.details
    if details is None or details.poll is None:
        return message
    poll = details.poll
    chosen: dict[str | None, set[str]] = {}
    for ballot in ballots:
        if isinstance(ballot.content, Poll):
            poll = replace(poll, options=ballot.content.options or poll.options)
            continue
        named = next((vote.voter for vote in ballot.content if vote.voter), None)
        voter = None if ballot.is_own else ballot.voter or named
        chosen[voter] = {vote.option for vote in ballot.content}
    options = tuple(_with_voters(option, chosen) for option in poll.options)
    return message._replace(
        details=details._replace(poll=replace(poll, options=options))
    )


def _with_voters(option: PollOption, chosen: dict[str | None, set[str]]) -> PollOption:
    voters = tuple(voter for voter, options in chosen.items() if option.id in options)
    return replace(option, voters=voters)
