"""What a conversation's rows gave → the conversation as its reader sees it; pure.

Joins the steps of `assembly` in their order: sentences that are tapbacks or edits, duplicates of
messages to oneself, votes, reactions, quotations, content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.assembly._imported_copies import (
    find_copies,
    originals,
    retarget,
    retarget_replies,
)
from langchain_imessage.chatdb.assembly._polls import with_votes
from langchain_imessage.chatdb.assembly._reactions import attach, standing
from langchain_imessage.chatdb.assembly._rendering import contents
from langchain_imessage.chatdb.assembly._repeated_events import (
    split_off_events,
    without_repeated_events,
)
from langchain_imessage.chatdb.assembly._replies import with_quotes
from langchain_imessage.chatdb.assembly._self_chats import (
    as_notes,
    as_own,
    is_self_chat,
)
from langchain_imessage.chatdb.assembly._sentences import find_sentences
from langchain_imessage.chatdb.people._chats import (
    as_self_chat,
    with_former_participants,
)
from langchain_imessage.records import Conversation, Reason
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from langchain_imessage.chatdb.assembly._reactions import Tapback
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.rows._row_context import Collected
    from langchain_imessage.records import Chat, Message


class Assembled(NamedTuple):
    """A conversation, and what of it is no message.

    Attributes:
        conversation: The conversation.
        dropped: ROWID and reason of each message that was left out.
        left_out: ROWIDs of all rows that are no message but may become one.
        noted: The places of all messages that may be more than words, or recent.
    """

    conversation: Conversation
    dropped: Sequence[tuple[int, Reason]]
    left_out: Sequence[int]
    noted: Collection[int]


def assemble(
    chat: Chat,
    found: Collected,
    *,
    may_be_self: bool,
    policy: ContentPolicy | None,
    own: Collection[str] = (),
) -> Assembled:
    """Make a conversation of what its rows gave.

    Args:
        chat: The conversation.
        found: What its rows gave, in order.
        may_be_self: Whether its other side is said to have an address of the owner's.
        policy: What a message's content is; None for its words.
        own: The ids of the owner's addresses.
    """
    events = without_repeated_events(found.events)
    messages, dropped = _fold_sentences(found, marked=policy is not None)
    tapbacks = found.tapbacks
    if found.has_equal_dates and (copies := find_copies(messages)):
        dropped += [(messages[place].rowid, Reason.DUPLICATE) for place in copies]
        messages, tapbacks = _without_copies(messages, tapbacks, copies)
    wordless = map(datetime_from_apple, found.own_wordless)
    if chat.is_self or (may_be_self and is_self_chat(messages, wordless)):
        chat, notes = as_self_chat(chat), as_notes(messages)
        dropped += _gone(messages, notes.messages, lambda _: Reason.DUPLICATE)
        messages = retarget_replies(notes.messages, notes.kept)
        tapbacks = [as_own(tapback, notes.kept) for tapback in tapbacks]
    tapbacks = standing(tapbacks)
    # As the rows were read, unless what was left out has moved them.
    noted = range(len(messages)) if dropped or policy else found.noted
    messages, reacted = attach(with_votes(messages, found.poll_updates), tapbacks)
    messages = with_quotes(messages, noted)
    if policy:
        if len(events) < len(found.events):
            every = messages
            messages, _ = split_off_events(messages, events)
            dropped += _gone(every, messages, lambda _: Reason.GROUP_EVENT)
        shown = {tapback.order[1] for tapback in tapbacks}
        wanted, _ = contents(messages, policy, shown)
        dropped += _gone(messages, wanted, _why_unwanted)
        messages = wanted
        noted, reacted = range(len(messages)), []
    chat = with_former_participants(chat, messages, own)
    conversation = Conversation(
        chat=chat, messages=tuple(messages), events=tuple(events)
    )
    left_out = [*found.left_out, *(rowid for rowid, _ in dropped)]
    return Assembled(conversation, dropped, left_out, {*noted, *reacted})


def _without_copies(
    messages: Sequence[Message],
    tapbacks: Iterable[Tapback],
    copies: Mapping[int, Message],
) -> tuple[list[Message], list[Tapback]]:
    """Leave out copies; what is about one of them is about its original now."""
    kept = originals(messages, copies)
    first = (m for place, m in enumerate(messages) if place not in copies)
    return retarget_replies(first, kept), retarget(tapbacks, kept)


def _gone(
    before: Sequence[Message],
    after: Sequence[Message],
    reason: Callable[[Message], Reason],
) -> list[tuple[int, Reason]]:
    """Return the messages that are no longer there, each with a reason."""
    if len(before) == len(after):
        return []
    kept = {message.rowid for message in after}
    return [(m.rowid, reason(m)) for m in before if m.rowid not in kept]


def _why_unwanted(message: Message) -> Reason:
    return (message.details and message.details.reason) or Reason.FILTERED


def _fold_sentences(
    found: Collected, *, marked: bool
) -> tuple[list[Message], list[tuple[int, Reason]]]:
    """Take out the messages that are tapbacks or edits in words, or only mark them so."""
    messages = found.messages
    sentences = find_sentences(
        messages, sorted({*found.quoting, *found.noted}), found.first_attachment
    )
    tapbacks, edits = sentences.tapbacks, sentences.edits
    if not (tapbacks or edits):
        return messages, []
    found.tapbacks.extend(tapback for tapback in tapbacks.values() if tapback)
    if marked:
        return sentences.mark(messages), []
    dropped = [(messages[place].rowid, Reason.REACTION) for place in tapbacks]
    dropped += [(messages[place].rowid, Reason.EDIT) for place in edits]
    return sentences.remove(messages), dropped
