"""What a conversation's rows gave → the conversation as its reader sees it; pure.

Joins the steps of `assembly` in their order: sentences that are tapbacks or edits, duplicates of
messages to oneself, votes, reactions, quotations, content.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.chatdb.assembly._events import (
    split_off_events,
    without_repeated_events,
)
from langchain_imessage.chatdb.assembly._polls import with_votes
from langchain_imessage.chatdb.assembly._reactions import attach, standing
from langchain_imessage.chatdb.assembly._rendering import contents
from langchain_imessage.chatdb.assembly._replies import with_quotes
from langchain_imessage.chatdb.assembly._self_chats import (
    as_notes,
    as_own,
    is_self_chat,
)
from langchain_imessage.chatdb.assembly._sentences import find_sentences
from langchain_imessage.chatdb.people._chats import as_self_chat
from langchain_imessage.records import Conversation, Reason
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.rows._reading import Collected
    from langchain_imessage.records import Chat, Message


class Assembled(NamedTuple):
    """A conversation, and how many of its messages were left out, by reason."""

    conversation: Conversation
    left_out: Counter[Reason]


def assemble(
    chat: Chat,
    found: Collected,
    *,
    may_be_self: bool,
    policy: ContentPolicy | None,
) -> Assembled:
    """Make a conversation of what its rows gave.

    Args:
        chat: The conversation.
        found: What its rows gave, in order.
        may_be_self: Whether its other side is said to have an address of the owner's.
        policy: What a message's content is; None for its words.
    """
    left_out: Counter[Reason] = Counter()
    events = without_repeated_events(found.events)
    messages = _fold_sentences(found, left_out, marked=policy is not None)
    tapbacks = found.tapbacks
    wordless = map(datetime_from_apple, found.own_wordless)
    if chat.is_self or (may_be_self and is_self_chat(messages, wordless)):
        chat, notes = as_self_chat(chat), as_notes(messages)
        left_out[Reason.DUPLICATE] += len(messages) - len(notes.messages)
        messages = notes.messages
        tapbacks = [as_own(tapback, notes.kept) for tapback in tapbacks]
    tapbacks = standing(tapbacks)
    messages = attach(with_votes(messages, found.poll_updates), tapbacks)
    messages = with_quotes(messages)
    if policy:
        if len(events) < len(found.events):
            messages, repeated = split_off_events(messages, events)
            left_out[Reason.GROUP_EVENT] += repeated
        shown = {tapback.order[1] for tapback in tapbacks}
        messages, unwanted = contents(messages, policy, shown)
        left_out.update(unwanted)
    conversation = Conversation(
        chat=chat, messages=tuple(messages), events=tuple(events)
    )
    return Assembled(conversation, left_out)


def _fold_sentences(
    found: Collected, left_out: Counter[Reason], *, marked: bool
) -> list[Message]:
    """Take out the messages that are tapbacks or edits in words, or only mark them so."""
    sentences = find_sentences(found.messages, found.quoting, found.first_attachment)
    tapbacks, edits = sentences.tapbacks, sentences.edits
    if not (tapbacks or edits):
        return found.messages
    found.tapbacks.extend(tapback for tapback in tapbacks.values() if tapback)
    if marked:
        return sentences.mark(found.messages)
    left_out[Reason.REACTION] += len(tapbacks)
    left_out[Reason.EDIT] += len(edits)
    return sentences.remove(found.messages)
