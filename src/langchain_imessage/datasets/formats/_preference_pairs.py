"""Answers that others reacted to → pairs of a better and a worse answer to one question.

Owns the rule. Two answers make a pair if they answer the same words (case, punctuation at
the ends and the amount of space aside), one of them was liked, and the other disliked. Only
what both answers share is the prompt: the system message and the last turn before them, not
the conversation that led there. Each answer is in one pair at most, oldest with oldest.
"""

from __future__ import annotations

from collections import defaultdict
from math import isnan, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.datasets.formats._example_rows import (
    ExampleReader,
    Row,
    row_id,
)
from langchain_imessage.datasets.formats._example_turns import (
    from_question_to_answer,
)
from langchain_imessage.datasets.formats._row_marks import (
    About,
    about,
    marks_of,
    segment_of,
)
from langchain_imessage.preparation.texts._text_examples import session_of
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn
    from langchain_imessage.datasets.formats._specs import Sink
    from langchain_imessage.preparation.texts._text_examples import TextExample

_AROUND = " \t\n.,!?…"
"""What two questions may differ in at their ends."""


class _Rated(NamedTuple):
    """An answer somebody reacted to, and where it is from."""

    question: ExampleTurn
    answer: ExampleTurn
    started: float
    segment: int
    about: About


class PairMaker(ExampleReader):
    """Makes preference pairs of examples, as soon as both halves have come by.

    Args:
        sink: Who they are for.
        count: Counts tokens.
        max_tokens: What a pair may have at most, with the longer answer; None for any
            number.

    Attributes:
        counts: What is left out, and which system messages there were.
    """

    def __init__(
        self, sink: Sink, count: Callable[[str], int], max_tokens: int | None
    ) -> None:
        super().__init__(sink, count, max_tokens)
        self._seen: set[tuple[str, ...]] = set()
        self._waiting: defaultdict[tuple[str, str, bool], list[_Rated]] = defaultdict(
            list
        )

    def rows(self, example: ChatSession | TextExample, line: int) -> Iterator[Row]:
        """Make the pairs an example completes.

        Args:
            example: The example.
            line: Its number, from 1.

        Raises:
            ExportError: If it holds a message no example can hold.
        """
        session = session_of(example)
        system, turns = self._opened(session, line)
        talk = from_question_to_answer(turns, line)
        sent = map(seconds_of, session["messages"])
        started, segment = segment_of(session, sent, line)
        for question, answer in zip(talk[::2], talk[1::2], strict=True):
            if answer.ids and answer.ids in self._seen:  # windows may overlap
                continue
            self._seen.add(answer.ids)
            if not answer.verdict:
                self.counts.leave_out("no verdict", 1)
                continue
            rated = _Rated(question, answer, started, segment, about(session))
            other = self._match(system, rated)
            if other:
                yield from self._pair(system, rated, other)

    def _match(self, system: list[ExampleTurn], rated: _Rated) -> _Rated | None:
        """Find an answer of the other kind to the same question, or let this one wait."""
        prompt = text_of(system[0].content) if system else ""
        question = " ".join(text_of(rated.question.content).casefold().split())
        liked = rated.answer.verdict > 0
        key = prompt, question.strip(_AROUND)
        others = self._waiting[*key, not liked]
        for place, other in enumerate(others):
            if other.answer.content != rated.answer.content:
                self.counts.left_out["no counterpart"] -= 1
                return others.pop(place)
        self._waiting[*key, liked].append(rated)
        self.counts.leave_out("no counterpart", 1)
        return None

    def _pair(
        self, system: list[ExampleTurn], rated: _Rated, other: _Rated
    ) -> Iterator[Row]:
        better, worse = sorted((rated, other), key=lambda r: -r.answer.verdict)
        longer = max(better.answer, worse.answer, key=lambda turn: turn.tokens)
        budget = self._max_tokens - self._around - sum(turn.tokens for turn in system)
        window = self.fitter.latest([better.question, longer], budget)
        if not window:
            self.counts.leave_out("too long", 2)
            return
        self.counts.note(system)
        first, last = sorted((rated, other), key=lambda r: r.started)
        timeless = isnan(rated.started) or isnan(other.started)
        prompt = [*system, window[0]]
        turns = [better.question, better.answer, worse.question, worse.answer]
        yield Row(
            value=_LAYOUTS[self._sink.shape](prompt, better.answer, worse.answer),
            id=row_id(turns, {1, 3}),
            tokens=self._around + sum(turn.tokens for turn in [*prompt, longer]),
            answers=2,
            first=nan if timeless else _moments(first, min),
            last=nan if timeless else _moments(last, max),
            segment=first.segment,
            # The other segment, too, may not be on both sides of a division.
            marks=(*marks_of(turns, [1, 3]), first.segment, last.segment),
            about=last.about,
        )


def _moments(rated: _Rated, which: Callable[..., float]) -> float:
    moments = [rated.question.moment, rated.answer.moment]
    return which((m for m in moments if m is not None), default=rated.started)


def _messages(*turns: ExampleTurn) -> list[dict[str, Any]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def _openai(
    prompt: list[ExampleTurn], better: ExampleTurn, worse: ExampleTurn
) -> dict[str, Any]:
    return {
        "input": {"messages": _messages(*prompt)},
        "preferred_output": _messages(better),
        "non_preferred_output": _messages(worse),
    }


def _trl(
    prompt: list[ExampleTurn], better: ExampleTurn, worse: ExampleTurn
) -> dict[str, Any]:
    return {
        "prompt": _messages(*prompt),
        "chosen": _messages(better),
        "rejected": _messages(worse),
    }


_LAYOUTS: dict[
    str, Callable[[list[ExampleTurn], ExampleTurn, ExampleTurn], dict[str, Any]]
] = {
    "openai-dpo": _openai,
    "trl-dpo": _trl,
}
