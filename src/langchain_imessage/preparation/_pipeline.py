"""One pass over sessions: the steps of `prepare`, in order, with the counts of each.

Owns how the transforms are put together. It is lazy: of a session it holds what is being
made of it, and of what is past only the counts and the filters' hashes.
"""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from langchain_core.messages import SystemMessage

from langchain_imessage.preparation._example_ids import opening_ids
from langchain_imessage.preparation._pass_counts import PassCounts, SegmentOutcomes
from langchain_imessage.transforms import (
    Omission,
    drop_automated,
    drop_people,
    drop_words,
    map_ai_messages_in_session,
    merge_chat_runs,
    name_speakers,
    split_sessions,
    trim_turns,
)
from langchain_imessage.transforms.conversation._reaction_weights import (
    BLAMED,
    PLAIN,
    weight_of,
    with_weight,
)
from langchain_imessage.transforms.conversation._roles import nobody, senders_of
from langchain_imessage.transforms.conversation._windows import cutter, sizes_of
from langchain_imessage.transforms.filters._duplicates import (
    duplicate_test,
    short_reply_test,
)
from langchain_imessage.transforms.filters._senders import keep_latest
from langchain_imessage.transforms.messages._content import bubbles_in, is_ai, is_human
from langchain_imessage.transforms.messages._message_tokens import TOKENS_PER_EXAMPLE
from langchain_imessage.transforms.messages._participants import conversation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import timedelta

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    Redaction: TypeAlias = Callable[[Iterable[ChatSession]], Iterable[ChatSession]]

_ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen; see `prepare`."""

    sender: str | None = field(repr=False)
    never: Collection[str] = field(repr=False)
    automated: bool
    gap: timedelta | Literal["auto"] | None
    within: timedelta | None
    delimiter: str
    redactor: Redaction | None
    groups: Literal["name", "drop", "field"]
    windows: Literal["conversation", "answer"]
    max_tokens: int | None
    count_tokens: Callable[[str], int]
    duplicates: bool
    max_short_replies: int | None
    max_per_contact: int | None
    reactions: bool
    system_prompt: str | None = field(repr=False)
    vetoed: frozenset[str] = field(repr=False)


class _Candidate(NamedTuple):
    """An example to be, and where the outcome of its messages is counted."""

    session: ChatSession
    tokens: int
    outcomes: SegmentOutcomes
    start: int
    stop: int

    def settle(self, reason: str = "") -> None:
        self.outcomes.settle(self.start, self.stop, reason)


class Pass:
    """One pass.

    Args:
        choices: What was chosen.

    Attributes:
        counts: What has been counted; complete after the pass.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.counts = PassCounts()
        prompt = choices.system_prompt
        self._head = [] if prompt is None else [SystemMessage(prompt)]
        head_tokens = sum(sizes_of(self._head, choices.count_tokens))
        self._around = TOKENS_PER_EXAMPLE + head_tokens
        self._room = (choices.max_tokens or inf) - self._around
        self._is_new = None if choices.duplicates else duplicate_test()
        self._is_wanted = short_reply_test(
            choices.max_short_replies, self.counts.short_replies
        )

    def examples(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Make examples of sessions, one session at a time."""
        candidates = self._candidates(self._turns(sessions))
        most = self._choices.max_per_contact
        if most is not None:
            candidates = keep_latest(
                candidates,
                most,
                key=lambda candidate: conversation_of(candidate.session),
                drop=lambda candidate: candidate.settle(Omission.CONTACT_CAP),
            )
        for candidate in candidates:
            example = candidate.session
            if self._is_vetoed(example["messages"]):
                candidate.settle(Omission.VETOED)
                continue
            candidate.settle()
            if self._head:
                messages = [*self._head, *example["messages"]]
                example = {**example, "messages": messages}
            self.counts.example(example, candidate.tokens)
            yield example

    def _turns(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Go from whole conversations to segments in alternation."""
        choices, dropped = self._choices, self.counts.dropped
        known = self.counts.source(sessions)
        if choices.never:
            known = drop_people(known, choices.never, dropped=dropped)
            known = drop_words(known, choices.never, dropped=dropped)
        if not choices.automated:
            known = drop_automated(known, dropped=dropped)
        pieces = self.counts.gaps(split_sessions(known, gap=choices.gap))
        merged = merge_chat_runs(
            self._answered(pieces), within=choices.within, delimiter=choices.delimiter
        )
        if choices.sender is not None:
            as_ai = partial(map_ai_messages_in_session, sender=choices.sender)
            merged = map(as_ai, merged)
        named = name_speakers(self._redacted(merged), choices.groups, dropped=dropped)
        return trim_turns(named, delimiter=choices.delimiter, dropped=dropped)

    def _answered(self, pieces: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Take off each segment what can be in no example, before it is worked on.

        `trim_turns` would take off the same; most segments end here, and cost no more.
        """
        sender, leave_out = self._choices.sender, self.counts.leave_out
        senders: Counter[str] = Counter()
        found = sender is None
        for piece in pieces:
            if not found:
                senders.update(senders_of(piece))
                found = sender in senders
            messages = _turns_only(piece["messages"], leave_out)
            own = [_is_own(message, sender) for message in messages]
            start = own.index(False) if False in own else len(own)
            stop = len(own) - own[::-1].index(True) if True in own else 0
            leave_out(Omission.NOTHING_BEFORE, messages[:start])
            leave_out(Omission.UNANSWERED, messages[stop:])
            if start < stop:
                yield {**piece, "messages": messages[start:stop]}
        if sender is not None and senders and not found:
            warnings.warn(nobody(sender, senders), UserWarning, stacklevel=2)

    def _redacted(self, sessions: Iterator[ChatSession]) -> Iterator[ChatSession]:
        """Redact, and count what that replaces and what it leaves out."""
        redactor = self._choices.redactor
        if redactor is None:
            yield from sessions
            return
        replaced, dropped = _counts(redactor, "counts"), _counts(redactor, "dropped")
        missing = 0

        def entering() -> Iterator[ChatSession]:
            nonlocal missing
            for session in sessions:
                missing += bubbles_in(session["messages"])
                yield session

        for session in redactor(entering()):
            missing -= bubbles_in(session["messages"])
            yield session
        self.counts.redactions.update(_counts(redactor, "counts") - replaced)
        told = _counts(redactor, "dropped") - dropped
        if told.total() != missing:  # it does not say, or not of all
            told = Counter({Omission.OPTED_OUT_WORD: missing})
        self.counts.dropped.update(told)

    def _candidates(self, segments: Iterable[ChatSession]) -> Iterator[_Candidate]:
        """Cut segments into windows, and judge each."""
        choices = self._choices
        cut = cutter(choices.windows)
        for segment in segments:
            messages = segment["messages"]
            sizes = sizes_of(messages, choices.count_tokens)
            windows = cut(messages, sizes, self._room)
            outcomes = SegmentOutcomes(messages, len(windows), self.counts)
            weigh = self._scales(messages)
            for start, stop in windows:
                taken = weigh(start, stop)
                reason = self._objection(taken)
                if reason:
                    outcomes.settle(start, stop, reason)
                    continue
                tokens = self._around + sum(sizes[start:stop])
                session: ChatSession = {**segment, "messages": taken}
                yield _Candidate(session, tokens, outcomes, start, stop)

    def _scales(
        self, messages: Sequence[BaseMessage]
    ) -> Callable[[int, int], Sequence[BaseMessage]]:
        """Make what gives a window of messages, with their weights if there are any."""
        if self._choices.windows != _ANSWER and not self._choices.reactions:
            return lambda start, stop: messages[start:stop]
        weigh = weight_of if self._choices.reactions else lambda _: PLAIN
        taught = [with_weight(m, weigh(m)) if is_ai(m) else m for m in messages]
        if self._choices.windows != _ANSWER:
            return lambda start, stop: taught[start:stop]
        # An answer is learned once, in its own window; in later ones it is context.
        context = [with_weight(m, BLAMED) if is_ai(m) else m for m in messages]
        return lambda start, stop: [*context[start : stop - 1], taught[stop - 1]]

    def _objection(self, messages: Sequence[BaseMessage]) -> str:
        """Say why messages are no example; "" if they are one."""
        if self._choices.reactions and not any(
            is_ai(m) and m.additional_kwargs["weight"] for m in messages
        ):
            return Omission.DISLIKED
        if self._is_new and not self._is_new(messages):
            return Omission.DUPLICATE
        return "" if self._is_wanted(messages) else Omission.FREQUENT_SHORT_REPLY

    def _is_vetoed(self, messages: Sequence[BaseMessage]) -> bool:
        """Return whether an example, or what it begins with, was decided against."""
        vetoed = self._choices.vetoed
        if not vetoed:
            return False
        found = vetoed.intersection(opening_ids(messages))
        self.counts.vetoes |= found
        return bool(found)


def _turns_only(
    messages: Sequence[BaseMessage],
    leave_out: Callable[[str, Sequence[BaseMessage]], None],
) -> Sequence[BaseMessage]:
    """Leave out what nobody said: system prompts, tools' answers."""
    others = [m for m in messages if not (is_human(m) or is_ai(m))]
    if not others:
        return messages
    leave_out(Omission.NO_TURN, others)
    return [m for m in messages if is_human(m) or is_ai(m)]


def _is_own(message: BaseMessage, sender: str | None) -> bool:
    if sender is not None and message.additional_kwargs.get("sender") == sender:
        return True
    return is_ai(message)


def _counts(redactor: Any, name: str) -> Counter[str]:
    return Counter(getattr(redactor, name, None) or {})
