"""The runs of a segment of texts: what redaction takes, and what is made of it then.

Owns the columns of a conversation, and how the runs of a segment are made a session whose
messages say all that is known of them. Of `additional_kwargs` these have what the later
steps and the rows read; `sent_at` is in Unix seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_imessage.chat_loaders._messages import as_dicts
from langchain_imessage.transforms.conversation._joined_texts import join_texts
from langchain_imessage.transforms.messages._fast_construct import (
    ai_message_maker,
    human_message_maker,
)
from langchain_imessage.transforms.messages._session_streams import SessionRuns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.records import Details, Reaction
    from langchain_imessage.transforms.conversation._segments import Split


class Columns(NamedTuple):
    """What is read of each message of a conversation."""

    guids: Sequence[str]
    dates: Sequence[int | None]
    times: Sequence[float | None]
    texts: Sequence[str]
    senders: Sequence[str | None]
    speakers: Sequence[str | None]
    owns: Sequence[bool]
    replies: Sequence[str | None]
    reactions: Sequence[Sequence[Reaction]]
    details: Sequence[Details | None]
    handles: Sequence[str | None]
    persons: Sequence[str | None]
    marked: bytes
    """1 for each message that has reactions or details, as few have."""

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are, never words or people."""
        return f"{type(self).__name__}({len(self.texts)})"


class RunSource(NamedTuple):
    """Where runs are from.

    Attributes:
        said: The columns of their conversation.
        places: Where in them each run begins, and where the last one ends.
        answers: Whether a run is of the voice that is to be learned.
        split: Which segment it is.
        own_name: The `sender` of the owner's messages.
        delimiter: What is between the bubbles of a turn.
    """

    said: Columns
    places: Sequence[int]
    answers: Sequence[bool]
    split: Split
    own_name: str
    delimiter: str

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many runs, never words or people."""
        return f"{type(self).__name__}({len(self.answers)})"


def runs_of(
    said: Columns,
    places: Sequence[int],
    *,
    chat: Mapping[str, Any],
    split: Split,
    own_name: str,
    voice: str,
    delimiter: str,
) -> SessionRuns:
    """Return the runs of a segment.

    Args:
        said: The columns of its conversation.
        places: Where in them each run begins, and where the last one ends.
        chat: Which conversation that is.
        split: Which segment it is.
        own_name: The `sender` of the owner's messages.
        voice: The `sender` whose voice is to be learned.
        delimiter: What to put between the bubbles of a run.
    """
    firsts = places[:-1]
    texts = [
        said.texts[first]
        if behind - first == 1
        else join_texts(said.texts[first:behind], delimiter)
        for first, behind in zip(firsts, places[1:], strict=True)
    ]
    senders = [said.senders[first] for first in firsts]
    answers = [sender == voice for sender in senders]
    owners = [said.owns[first] for first in firsts]
    return SessionRuns(
        chat=chat,
        texts=texts,
        senders=senders,
        persons=[said.persons[first] for first in firsts],
        handles=[said.handles[first] for first in firsts],
        owns=[own or answer for own, answer in zip(owners, answers, strict=True)],
        source=RunSource(said, places, answers, split, own_name, delimiter),
    )


def needs_messages(runs: SessionRuns) -> bool:
    """Return whether a segment has to be redacted message by message.

    Somebody who is mentioned is to be known before, and a conversation without a guid is
    known by who takes part.
    """
    source: RunSource = runs.source
    begin, end = source.places[0], source.places[-1]
    if not runs.chat["guids"]:
        return True
    if source.said.marked.find(1, begin, end) < 0:
        return False
    return any(one.mentions for one in filter(None, source.said.details[begin:end]))


def session_of_runs(
    runs: SessionRuns, start: int = 0, stop: int | None = None
) -> ChatSession:
    """Return runs as a session of messages.

    Args:
        runs: The runs of a segment.
        start: The first one.
        stop: The one behind the last; None for all.
    """
    source: RunSource = runs.source
    as_voice, as_other = ai_message_maker(), human_message_maker()
    messages: list[BaseMessage] = []
    for run in range(start, len(runs.texts) if stop is None else stop):
        make = as_voice if source.answers[run] else as_other
        guid = source.said.guids[source.places[run]]
        messages.append(make(runs.texts[run], guid, _kwargs(runs, run)))
    made = {"messages": messages, "chat": runs.chat, "split": source.split}
    return cast("ChatSession", made)


def _kwargs(runs: SessionRuns, run: int) -> dict[str, Any]:
    source: RunSource = runs.source
    said, first, behind = source.said, source.places[run], source.places[run + 1]
    kwargs: dict[str, Any] = {
        "sent_at": said.times[first],
        "sender": runs.senders[run],
        "is_from_me": said.owns[first],
    }
    if person := said.persons[first]:
        kwargs["person"] = person
    if handle := said.handles[first]:
        kwargs["handle"] = handle
    if reply_to := said.replies[first]:
        kwargs["reply_to"] = reply_to
    if behind - first > 1:
        kwargs["ids"] = [*said.guids[first:behind]]
    if said.marked.find(1, first, behind) >= 0:
        kwargs |= _lists(said, first, behind, source.own_name)
    return kwargs


def _lists(said: Columns, first: int, behind: int, own_name: str) -> dict[str, Any]:
    """Return the reactions to the messages of a run, and the mentions in them."""
    found: dict[str, Any] = {}
    if reactions := [*filter(None, said.reactions[first:behind])]:
        found["reactions"] = [
            one for some in reactions for one in as_dicts(some, own_name)
        ]
    for details in filter(None, said.details[first:behind]):
        if details.mentions:
            mentions = as_dicts(details.mentions, own_name)
            found.setdefault("mentions", []).extend(mentions)
    return found
