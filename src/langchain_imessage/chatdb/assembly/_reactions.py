"""Folds tapbacks into the messages they sit on; pure.

Real ones are rows that point at their target. Those of Android phones and old iPhones are
sentences ("Liked “…”"), taken for a tapback only where they quote an earlier message.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_imessage.decoding._text_tapbacks import (
    TextTapback,
    parse_text_tapback,
    quotes,
)
from langchain_imessage.records import (
    Details,
    Message,
    Reaction,
    Reason,
    Reply,
)
from langchain_imessage.timestamps import (
    apple_from_datetime,
    place_in_time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_imessage.timestamps import Place

_LOOK_BACK = 1000
"""Messages: how far above itself a sentence may quote. People react to what they see."""


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


def take_text_tapbacks(
    messages: Sequence[Message], places: Iterable[int], first_attachment: Place | None
) -> dict[int, Tapback | None]:
    """Find the messages that are tapbacks written out.

    Args:
        messages: A conversation, in order.
        places: Where among them such a message can be.
        first_attachment: Where its first attachment stands: "Loved an image" means
            nothing before there was one.

    Returns:
        By position of the message: the tapback, or None where what it sits on is no
        message of ours.
    """
    taken: dict[int, Tapback | None] = {}
    for position in places:
        message = messages[position]
        tapback = parse_text_tapback(message.text)
        if tapback is None:
            continue
        if tapback.quoted is None:
            place = place_in_time(message.sent_at, message.rowid)
            if first_attachment is not None and first_attachment <= place:
                taken[position] = None
            continue
        target = _quoted(tapback.quoted, messages, position)
        if target is not None:
            taken[position] = _written_out(tapback, message, target)
    return taken


def standing(tapbacks: Iterable[Tapback]) -> list[Tapback]:
    """Keep each person's last word on each part of each message, oldest first."""
    last: dict[tuple[object, ...], Tapback] = {}
    for tapback in sorted(tapbacks, key=lambda tapback: tapback.order):
        reaction = tapback.reaction
        place = (
            tapback.target,
            reaction.part,
            reaction.is_from_me,
            reaction.person or reaction.sender,
            tapback.order if tapback.is_placed else None,
        )
        last.pop(place, None)
        if not tapback.is_removal:
            last[place] = tapback
    return list(last.values())


def attach(messages: Sequence[Message], tapbacks: Iterable[Tapback]) -> list[Message]:
    """Attach to each message the reactions that stand on it.

    Args:
        messages: A conversation.
        tapbacks: Those that stand; ones on other messages are passed over.

    Returns:
        The messages, in the same order.
    """
    by_target: dict[str | int, list[Reaction]] = defaultdict(list)
    for tapback in tapbacks:
        by_target[tapback.target].append(tapback.reaction)
    if not by_target:
        return list(messages)
    return [
        message._replace(reactions=tuple(by_target[message.guid or message.rowid]))
        if (message.guid or message.rowid) in by_target
        else message
        for message in messages
    ]


def as_reaction(message: Message, tapback: Tapback | None) -> Message:
    """Return a sentence that is a tapback as what a tapback's own row would be."""
    reply = Reply(guid=str(tapback.target)) if tapback else None
    reaction = tapback.reaction if tapback else None
    details = Details(reaction=reaction, reply=reply, reason=Reason.REACTION)
    return message._replace(text="", details=details)


def _key(message: Message) -> str | int:
    return message.guid or message.rowid


def _time(message: Message) -> int:
    return apple_from_datetime(message.sent_at) if message.sent_at else 0


def _quoted(quoted: str, messages: Sequence[Message], position: int) -> Message | None:
    """Find the nearest earlier message a sentence quotes."""
    for earlier in range(position - 1, max(-1, position - 1 - _LOOK_BACK), -1):
        if quotes(quoted, messages[earlier].text):
            return messages[earlier]
    return None


def _written_out(tapback: TextTapback, message: Message, target: Message) -> Tapback:
    reaction = Reaction(
        kind=tapback.kind,
        emoji=tapback.emoji,
        sender=message.sender,
        is_from_me=message.is_from_me,
        sent_at=message.sent_at,
        person=message.person,
    )
    return Tapback(
        order=(_time(message), message.rowid),
        target=_key(target),
        is_removal=tapback.removed,
        reaction=reaction,
    )
