"""A conversation of nothing but text → merged segments, with no message for each bubble.

Owns the short way of what `Pass.merged` does step by step, for whoever makes rows of the
examples and looks at no message: a bubble's own message would be made, split off, merged
and copied, which takes longer than to read it. A test compares both.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.chat_loaders._messages import chat_info
from langchain_imessage.preparation.texts._text_runs import (
    Columns,
    needs_messages,
    runs_of,
    session_of_runs,
)
from langchain_imessage.transforms import Omission, Redactor
from langchain_imessage.transforms.conversation._segments import segments_of
from langchain_imessage.transforms.filters._senders import why_automated
from langchain_imessage.transforms.messages._timestamps import LATEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation.steps._choices import Choices
    from langchain_imessage.preparation.steps._pass_counts import PassCounts
    from langchain_imessage.preparation.steps._voice_search import VoiceSearch
    from langchain_imessage.records import Conversation
    from langchain_imessage.transforms.messages._session_streams import SessionRuns


def suits(choices: Choices) -> bool:
    """Return whether the steps before segments are merged need no messages."""
    known = choices.redactor is None or type(choices.redactor) is Redactor
    return (
        known and choices.sender is not None and not (choices.never or choices.people)
    )


def suits_runs(choices: Choices) -> bool:
    """Return whether the steps behind need none either, but for few segments.

    Of a contact's examples that wait for later ones, as little as possible is to be kept.
    """
    redactor = choices.redactor
    has_opt_outs = isinstance(redactor, Redactor) and redactor.has_opt_outs
    return (
        suits(choices)
        and choices.may_be_whole
        and choices.groups == "name"
        and choices.max_per_contact is None
        and not has_opt_outs
    )


class TextReader:
    """Makes merged segments of conversations.

    Args:
        choices: What was chosen; `suits` has to say so.
        counts: Counts what comes in and what is left out.
        voices: Looks for the sender whose voice is to be learned.
    """

    def __init__(
        self, choices: Choices, counts: PassCounts, voices: VoiceSearch
    ) -> None:
        self._choices = choices
        self._counts = counts
        self._voices = voices
        within = choices.within
        self._longest = None if within is None else within.total_seconds()

    def sessions(
        self, conversation: Conversation, own_name: str
    ) -> list[ChatSession] | None:
        """Return a conversation's segments, merged, with roles.

        Args:
            conversation: As it was read.
            own_name: The `sender` of the owner's messages.

        Returns:
            What is left of it; None if a message has no id or another content than text.
        """
        found = self._segments(conversation, own_name)
        return None if found is None else [*map(session_of_runs, found)]

    def runs(
        self, conversation: Conversation, own_name: str
    ) -> list[SessionRuns | ChatSession] | None:
        """Return the same in runs, but for segments that these do not say enough of."""
        found = self._segments(conversation, own_name)
        if found is None:
            return None
        return [session_of_runs(r) if needs_messages(r) else r for r in found]

    def _segments(
        self, conversation: Conversation, own_name: str
    ) -> Iterable[SessionRuns] | None:
        """Return a conversation's segments; None if a message has no id or other content."""
        said = _columns(conversation, own_name)
        if said is None:
            return None
        self._counts.note_session(len(said.texts), _identity(said))
        info = cast("Mapping[str, Any]", chat_info(conversation.chat))
        if not self._choices.automated and (why := _why_automated(info, said)):
            self._counts.dropped[why] += len(said.texts)
            return []
        return self._in_runs(said, info, own_name)

    def _in_runs(
        self, said: Columns, info: Mapping[str, Any], own_name: str
    ) -> Iterator[SessionRuns]:
        own = [sender == self._choices.sender for sender in said.senders]
        segments = segments_of(
            said.times,
            self._choices.gap,
            reply_to=lambda place: said.replies[place] or None,
            ids=lambda start, stop: said.guids[start:stop],
        )
        for start, stop, split in segments:
            if split["piece"] == 0:
                self._counts.note_gap(split["gap_seconds"])
            self._voices.note(said.senders[start:stop])
            begin, end = answered(own, start, stop)
            self._counts.note_omission(Omission.NOTHING_BEFORE, begin - start)
            self._counts.note_omission(Omission.UNANSWERED, stop - end)
            if begin < end:
                yield runs_of(
                    said,
                    [*self._places(said, begin, end)],
                    chat=info,
                    split=split,
                    own_name=own_name,
                    voice=cast("str", self._choices.sender),
                    delimiter=self._choices.delimiter,
                )

    def _places(self, said: Columns, begin: int, end: int) -> Iterator[int]:
        """Yield where each run begins, as `merge_chat_runs` merges them, and the end."""
        yield begin
        longest = self._longest
        speakers, times = said.speakers, said.times
        before, spoke = speakers[begin], times[begin]
        for place in range(begin + 1, end):
            speaker, now = speakers[place], times[place]
            if (
                speaker != before
                or speaker is None
                or (
                    longest is not None
                    and spoke is not None
                    and now is not None
                    and now - spoke > longest
                )
            ):
                yield place
            before, spoke = speaker, now
        yield end


def _columns(conversation: Conversation, own_name: str) -> Columns | None:
    # fmt: off
    (_, guids, dates, sent, texts, senders, owns, _, replies, _, _, _, reactions, details,
     handles, contents, persons) = zip(*conversation.messages, strict=True)
    # fmt: on
    if contents.count(None) < len(contents):
        pairs = zip(texts, contents, strict=True)
        texts = tuple(text if other is None else other for text, other in pairs)
    times = [None if moment is None else moment.timestamp() for moment in sent]
    if (
        None in guids
        or {*map(type, texts)} != {str}
        or max(filter(None, times), default=0) >= LATEST_SECONDS
    ):
        return None
    named = [
        own_name if own else sender for own, sender in zip(owns, senders, strict=True)
    ]
    speakers = [person or sender for person, sender in zip(persons, named, strict=True)]
    more = zip(reactions, details, strict=True)
    return Columns(
        guids=guids,
        dates=dates,
        times=times,
        texts=texts,
        senders=named,
        speakers=speakers,
        owns=owns,
        replies=replies,
        reactions=reactions,
        details=details,
        handles=handles,
        persons=persons,
        marked=bytes([bool(some or detail) for some, detail in more]),
    )


def _identity(said: Columns) -> list[str]:
    """Return what `PassCounts.source` would of the messages."""
    moments: Sequence[object] = said.dates
    if None in moments:
        pairs = zip(said.dates, said.times, strict=True)
        moments = [time if date is None else date for date, time in pairs]
    rows = zip(said.guids, map(str, moments), said.texts, strict=True)
    return [*chain.from_iterable(rows)]


def _why_automated(info: Mapping[str, Any], said: Columns) -> str:
    pairs = zip(said.senders, said.texts, said.handles, said.owns, strict=True)
    heard = [(sender, text, handle) for sender, text, handle, own in pairs if not own]
    others = info["handles"] or {
        *info["participants"],
        *(one for sender, _, handle in heard for one in (sender, handle) if one),
    }
    return why_automated(
        info,
        others=others,
        senders={*said.senders},
        said=[(sender, text) for sender, text, _ in heard],
    )


def answered(own: Sequence[bool], start: int, stop: int) -> tuple[int, int]:
    """Return where a segment's first question and its last answer are; else two equals."""
    begin = start
    while begin < stop and own[begin]:
        begin += 1
    while stop > start and not own[stop - 1]:
        stop -= 1
    return begin, stop
