"""The figures of one pass while it runs: where each message went, what the examples are.

Owns the counting, which takes memory for a few hundred numbers. What the figures mean is
the report's business.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress
from typing import TYPE_CHECKING, Any

from langchain_imessage.preparation._example_ids import IdMaker
from langchain_imessage.preparation._preparation_report import PreparationReport
from langchain_imessage.transforms import Omission
from langchain_imessage.transforms.messages._content import (
    bubbles_in,
    is_ai,
    is_human,
    text_of,
)
from langchain_imessage.transforms.messages._participants import conversation_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation._exclusions import Vetoes
    from langchain_imessage.preparation.texts._text_examples import TextExample

_MOST_SHOWN = 25
"""Short answers in a report."""

_HOUR, _HOURS = 3600, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCounts:
    """What was counted where conversations were read, if that was another process.

    Attributes:
        sessions: Sessions that came in.
        messages: Messages in them.
        dropped: Messages left out, by reason.
        gaps: How many conversations have each pause.
        redactions: What was replaced, by kind; nothing if it was not redacted there.
        digest: Of all that came in.
    """

    sessions: int
    messages: int
    dropped: Mapping[str, int]
    gaps: Mapping[float | None, int]
    redactions: Mapping[str, int]
    digest: str


class PassCounts:
    """Counts one pass."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self.short_replies: Counter[str] = Counter()
        self.redactions: Counter[str] = Counter()
        self._id_maker = IdMaker()
        self._digest = blake2b(digest_size=16)
        self._digest_there = ""
        self._sessions = self._messages = self._kept = self._examples = 0
        self._gaps: Counter[float | None] = Counter()
        self._tokens: Counter[int] = Counter()
        self._turns: Counter[int] = Counter()
        self._lengths: Counter[int] = Counter()
        self._hours = [0] * _HOURS
        self._people: Counter[tuple[str, ...]] = Counter()

    def source(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Count what comes in, and yield it with an id for each message."""
        for session in sessions:
            messages = session["messages"]
            if any(message.id is None for message in messages):
                messages = self._id_maker.with_ids(messages, conversation_of(session))
            self.note_session(bubbles_in(messages), _identity(messages))
            yield {**session, "messages": messages}

    def note_session(self, messages: int, identities: Iterable[str]) -> None:
        """Count what came in, of what there is one text after another for each message.

        Args:
            messages: How many.
            identities: The id of each, when it was sent, and what it says.
        """
        self._sessions += 1
        self._messages += messages
        whole = "\0".join([*identities, "\0"])
        self._digest.update(whole.encode("utf-8", "surrogatepass"))

    def note_gap(self, seconds: float | None) -> None:
        """Count a pause that was chosen."""
        self._gaps[seconds] += 1

    @property
    def sessions(self) -> int:
        """How many sessions came in until now."""
        return self._sessions

    def read(self) -> ReadCounts:
        """Return what was counted until segments were merged, or redacted."""
        return ReadCounts(
            sessions=self._sessions,
            messages=self._messages,
            dropped=dict(self.dropped),
            gaps=dict(self._gaps),
            redactions=dict(self.redactions),
            digest=self._digest.hexdigest(),
        )

    def take(self, read: ReadCounts) -> None:
        """Add what was counted in another process."""
        self._sessions += read.sessions
        self._messages += read.messages
        self.dropped.update(read.dropped)
        self._gaps.update(read.gaps)
        self.redactions.update(read.redactions)
        self._digest_there = read.digest

    def gaps(self, pieces: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Count the pauses that were chosen."""
        known: Any = None
        for piece in pieces:
            split: Any = piece["split"]  # type: ignore[typeddict-item]
            if split["piece"] == 0 and split is not known:
                self.note_gap(split["gap_seconds"])
            known = split  # the parts of one segment share it
            yield piece

    def note_omission(self, reason: str, messages: int) -> None:
        """Count so many messages under the reason they are in no example."""
        if messages:
            self.dropped[reason] += messages

    def leave_out(self, reason: str, messages: Sequence[BaseMessage]) -> None:
        """Count messages under the reason they are in no example."""
        if messages:
            self.dropped[reason] += bubbles_in(messages)

    def settle(self, messages: Sequence[BaseMessage], reasons: Sequence[str]) -> None:
        """Count the outcome of each message of a segment; "" for those in an example."""
        for reason in dict.fromkeys(reasons):
            there = compress(messages, [one == reason for one in reasons])
            self.settle_whole(bubbles_in(there), reason)

    def settle_whole(self, messages: int, reason: str) -> None:
        """Count the outcome of so many messages; "" for those in an example."""
        if reason:
            self.dropped[reason] += messages
        else:
            self._kept += messages

    def example(self, session: ChatSession, tokens: int) -> None:
        """Count an example."""
        messages = session["messages"]
        turns = len(messages)
        for message in messages:
            if is_ai(message):
                self._lengths[_power_below(len(text_of(message.content)))] += 1
                moment = seconds_of(message)
                if moment is not None:
                    self._hours[int(moment // _HOUR % _HOURS)] += 1
            elif not is_human(message) and message.type == "system":
                turns -= 1
        self._example(session, turns, tokens)

    def text_example(self, example: TextExample) -> None:
        """Count an example that is a segment of texts."""
        texts, moments = example.talk.texts, example.talk.moments
        self._lengths.update(map(_power_below, map(len, texts[1::2])))
        for moment in moments[1::2]:
            if moment is not None:
                self._hours[int(moment // _HOUR % _HOURS)] += 1
        self._example(example.talk.segment, len(texts), example.tokens)

    def _example(self, segment: Mapping[str, Any], turns: int, tokens: int) -> None:
        self._examples += 1
        self._tokens[_power_below(tokens)] += 1
        self._turns[turns] += 1
        self._people[conversation_of(segment)] += 1

    def report(
        self,
        *,
        vetoes: Vetoes,
        opt_outs: tuple[int, int],
        system_prompt: str | None = None,
    ) -> PreparationReport:
        """Return the figures as they stand."""
        ranked = sorted(self._people.values(), reverse=True)
        gaps = sorted(self._gaps.items(), key=lambda item: (item[0] or 0.0, item[1]))
        return PreparationReport(
            sessions=self._sessions,
            messages=self._messages,
            kept=self._kept,
            examples=self._examples,
            reasons={str(r): self.dropped[r] for r in _in_order(self.dropped)},
            gaps=tuple(gaps),
            histograms={
                "tokens": tuple(sorted(self._tokens.items())),
                "turns": tuple(sorted(self._turns.items())),
                "reply_lengths": tuple(sorted(self._lengths.items())),
                "hours": tuple(self._hours),
                "people": tuple(enumerate(ranked, 1)),
            },
            short_replies=_most_common(self.short_replies),
            redactions=dict(sorted(self.redactions.items())),
            vetoed=len(vetoes.ids),
            matched=len(vetoes.matched),
            opt_outs=opt_outs[0],
            opt_outs_matched=opt_outs[1],
            digest=self._digest_there or self._digest.hexdigest(),
            system_prompt=system_prompt,
        )


class SegmentOutcomes:
    """The outcome of each message of a segment, some of them in several windows.

    Args:
        messages: The segment's.
        windows: How many examples may be made of them.
        counts: Counts the messages once the outcome of all of them is known.
    """

    __slots__ = ("_counts", "_messages", "_open", "_reasons")

    def __init__(
        self, messages: Sequence[BaseMessage], windows: int, counts: PassCounts
    ) -> None:
        self._messages = messages
        self._reasons: list[str] = [Omission.TOO_LONG] * len(messages)
        self._open = windows
        self._counts = counts
        if not windows:
            counts.settle(messages, self._reasons)

    def settle(self, start: int, stop: int, reason: str) -> None:
        """Note the outcome of a window; "" for an example."""
        reasons = self._reasons
        for place in range(start, stop):
            if reasons[place]:  # it is in no example yet
                reasons[place] = reason
        self._open -= 1
        if not self._open:
            self._counts.settle(self._messages, reasons)


def _identity(messages: Sequence[BaseMessage]) -> list[str]:
    """Return what distinguishes the messages of a session from others."""
    parts: list[str] = []
    for message in messages:
        kwargs = message.additional_kwargs
        time = kwargs.get("message_time")
        content = message.content
        parts += (
            str(message.id),
            str(seconds_of(message) if time is None else time),
            content if isinstance(content, str) else text_of(content),
        )
    return parts


def _power_below(number: int) -> int:
    """Return the greatest power of two that is no greater; 0 for 0."""
    return 1 << number.bit_length() - 1 if number else 0


def _in_order(dropped: Counter[str]) -> list[str]:
    """Return the reasons in the order of the steps; others behind them."""
    order = {reason: place for place, reason in enumerate(Omission)}
    occurred = (reason for reason, count in dropped.items() if count)
    return sorted(occurred, key=lambda r: (order.get(r, len(order)), str(r)))  # type: ignore[call-overload]


def _most_common(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ranked[:_MOST_SHOWN])
