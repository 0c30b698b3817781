"""An example → the rows a sink gets of it.

Owns which of an example's messages a row holds. What is too long becomes several rows; what
a sink would learn against the example's weights is taken out. Each answer that is in no row
is counted under its reason.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, cycle
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from langchain_imessage.datasets.formats._example_turns import (
    TurnReader,
    from_question_to_answer,
)
from langchain_imessage.datasets.formats._fitting import Fitter
from langchain_imessage.datasets.formats._layouts import LAYOUTS, Said, marked
from langchain_imessage.datasets.formats._row_marks import (
    About,
    about,
    about_text,
    marks_of,
    marks_of_texts,
    segment_of,
)
from langchain_imessage.preparation._example_ids import (
    id_of_ids,
    id_of_parts,
    part_of_text,
    parts_of_ids,
)
from langchain_imessage.preparation.texts._text_examples import TextExample, session_of
from langchain_imessage.transforms.messages._content import lines_of
from langchain_imessage.transforms.messages._message_tokens import (
    message_counter,
    texts_counter,
)
from langchain_imessage.transforms.messages._speakers import SOMEONE
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn
    from langchain_imessage.datasets.formats._specs import Sink

_ROLES = "user", "assistant"

Learned = Literal["all", "last"]
"""Which answers of a row are learned."""


class Row(NamedTuple):
    """One line to be, and what distinguishes it.

    Attributes:
        value: What the line says.
        id: Of the messages in it: what a decision names.
        tokens: How many it has.
        answers: How many answers are learned from it.
        first: When its first message was sent, in Unix seconds; NaN where unknown.
        last: When its last one was sent; where no message says, when the segment began.
        segment: Which segment it is from, hashed.
        marks: Of its messages, and of what it says: what may be on one side only.
        about: Whose conversation it is from.
    """

    value: dict[str, Any]
    id: str
    tokens: int
    answers: int
    first: float
    last: float
    segment: int
    marks: Sequence[int]
    about: About

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, never words."""
        return f"Row(tokens={self.tokens}, answers={self.answers})"


class AnswerCounts:
    """What is known of all rows together.

    Attributes:
        left_out: Answers in no row, by reason.
        shortened: Rows that lost context from their front.
        weights: Whether rows have weights: every kind that occurred.
        names: Likewise names.
        learned: Likewise which answers are learned.
        prompts: The system messages there were; no more than two are kept.
    """

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.shortened = 0
        self.weights: set[bool] = set()
        self.names: set[bool] = set()
        self.learned: set[Learned] = set()
        self.prompts: list[str | None] = []

    def leave_out(self, reason: str, answers: int) -> None:
        """Count answers under the reason they are in no row."""
        if answers:
            self.left_out[reason] += answers

    def note(self, system: Sequence[ExampleTurn]) -> None:
        """Note the system message of a row."""
        prompt = lines_of(system[0].content) if system else None
        if len(self.prompts) < 2 and prompt not in self.prompts:  # noqa: PLR2004
            self.prompts.append(prompt)

    def note_kind(self, *, weights: bool, names: bool, learned: Learned) -> None:
        """Note what a row has, and which of its answers are learned."""
        self.weights.add(weights)
        self.names.add(names)
        self.learned.add(learned)


class ExampleReader:
    """Takes examples apart for one sink.

    Args:
        sink: Who they are for.
        count: Counts the tokens of a text.
        max_tokens: What a row may have at most; None for any number.

    Attributes:
        counts: What is left out, and what the rows have.
        a_name: Tokens that `complete` adds for each question without a name.
    """

    def __init__(
        self, sink: Sink, count: Callable[[str], int], max_tokens: int | None
    ) -> None:
        self._sink = sink
        self._max_tokens = max_tokens or inf
        self._around = sink.overhead.per_example
        self.counts = AnswerCounts()
        self._tokens_of = texts_counter(count, sink.overhead)
        self._head: Sequence[BaseMessage] = ()
        self._head_turns: list[ExampleTurn] = []
        count_message = message_counter(count, sink.overhead)
        self.reader = TurnReader(sink, count_message, self.counts.left_out)
        self.a_name = count_message("user", "", SOMEONE) - count_message("user", "", "")
        self.fitter = Fitter(count_message, a_name=self.a_name if sink.names else 0)

    def _opened(
        self, session: ChatSession, line: int
    ) -> tuple[list[ExampleTurn], list[ExampleTurn]]:
        """Return an example's system message, if it has one, and its turns."""
        turns = self.reader.turns(session["messages"], line=line)
        systems = int(bool(turns) and turns[0].role == "system")
        return turns[:systems], turns[systems:]


class RowMaker(ExampleReader):
    """Makes the rows of one sink's examples."""

    def rows(self, example: ChatSession | TextExample, line: int) -> Iterator[Row]:
        """Yield an example's rows.

        Args:
            example: The example.
            line: Its number, from 1.

        Raises:
            ExportError: If it holds a message no example can hold.
        """
        if isinstance(example, TextExample) and (row := self._whole(example, line)):
            yield row
            return
        session = session_of(example)
        system, turns = self._opened(session, line)
        talk = from_question_to_answer(turns, line)
        if turns and turns[0].role == "assistant":
            self.counts.leave_out("no message before it", 1)
        learned: Learned = cast("Any", session).get("learned", "all")
        budget = self._max_tokens - self._around - sum(t.tokens for t in system)
        for window in self._windows(talk, budget, learned):
            self.counts.note(system)
            yield self._row([*system, *window], session, line, learned)

    def _whole(self, example: TextExample, line: int) -> Row | None:
        """Return the one row of an example of texts; None if it is more or less than one."""
        sink, texts, moments = self._sink, example.talk.texts, example.talk.moments
        system = self._system(example.head, line)
        around = self._around + sum([turn.tokens for turn in system])
        tokens, budget = self._tokens_of(texts), self._max_tokens - around
        if sink.unroll or not self.fitter.has_room(len(texts), tokens, budget):
            return None
        self.counts.note(system)
        self.counts.note_kind(weights=False, names=False, learned="all")
        started, segment = segment_of(example.talk.segment, moments, line)
        said = zip(cycle(_ROLES), texts, strict=False)
        known = [moment for moment in moments if moment is not None]
        return Row(
            value=LAYOUTS[sink.shape](chain(_said(system), said)),
            id=example.id,
            tokens=tokens + around,
            answers=len(texts) // 2,
            first=min(known, default=started),
            last=max(known, default=started),
            segment=segment,
            marks=marks_of_texts(chain(example.talk.ids, example.talk.replies), texts),
            about=about_text(example),
        )

    def _system(self, head: Sequence[BaseMessage], line: int) -> list[ExampleTurn]:
        """Return what stands before an example; most have the same."""
        if head is not self._head:
            self._head, self._head_turns = head, self.reader.turns(head, line=line)
        return self._head_turns

    def _windows(
        self, talk: Sequence[ExampleTurn], budget: float, learned: Learned
    ) -> Iterator[Sequence[ExampleTurn]]:
        if learned == "last":
            yield from self._for_answers(talk, [len(talk)] if talk else [], budget)
        elif self._sink.unroll:
            yield from self._for_answers(talk, range(2, len(talk) + 1, 2), budget)
        else:
            for piece in self._learnable(talk):
                yield from self._pieces(piece, budget)

    def _for_answers(
        self, talk: Sequence[ExampleTurn], stops: Sequence[int], budget: float
    ) -> Iterator[Sequence[ExampleTurn]]:
        """Yield a window for each of some answers, with as much before it as fits."""
        for stop in stops:
            if talk[stop - 1].weight == 0:
                self.counts.leave_out("weight 0", 1)
                continue
            window = self.fitter.latest(talk[:stop], budget)
            if window:
                self.counts.shortened += len(window) < stop
                yield window
            else:
                self.counts.leave_out("too long", 1)

    def _learnable(
        self, talk: Sequence[ExampleTurn]
    ) -> Iterator[Sequence[ExampleTurn]]:
        """Yield a talk in the pieces that lie between answers nobody is to learn."""
        if self._sink.weights:
            yield talk
            return
        begin = 0
        for place, turn in enumerate(talk):
            if turn.role == "assistant" and turn.weight == 0:
                self.counts.leave_out("weight 0", 1)
                yield talk[begin : place - 1]
                begin = place + 1
        yield talk[begin:]

    def _pieces(
        self, talk: Sequence[ExampleTurn], budget: float
    ) -> Iterator[Sequence[ExampleTurn]]:
        """Yield a talk in windows that fit."""
        windows = self.fitter.windows(talk, budget)
        self.counts.leave_out("too long", _answers(talk) - sum(map(_answers, windows)))
        for window in windows:
            if any(map(_is_learned, window)):
                yield window
            else:
                self.counts.leave_out("weight 0", _answers(window))

    def _row(
        self,
        turns: Sequence[ExampleTurn],
        session: ChatSession,
        line: int,
        learned: Learned,
    ) -> Row:
        sink = self._sink
        last_only = sink.unroll or (learned == "last" and not sink.weights)
        has_weights = sink.weights and {turn.weight for turn in turns} != {None}
        has_names = {turn.name for turn in turns} != {""}
        answers = [
            place
            for place, turn in enumerate(turns)
            if turn.role == "assistant" and turn.weight != 0
        ]
        if last_only:
            answers = answers[-1:]
        self.counts.note_kind(
            weights=has_weights, names=has_names, learned="last" if last_only else "all"
        )
        sent = map(seconds_of, session["messages"])
        started, segment = segment_of(session, sent, line)
        moments = [turn.moment for turn in turns if turn.moment is not None]
        tokens = self._around + sum([turn.tokens for turn in turns])
        if has_names:  # others of the row get one, too
            unnamed = sum(t.role == "user" and not t.name for t in turns)
            tokens += unnamed * self.a_name
        value = LAYOUTS[sink.shape](_said(turns))
        if has_weights or has_names:
            value = marked(value, turns, weights=has_weights, names=has_names)
        return Row(
            value=value,
            id=row_id(turns, {*answers}),
            tokens=tokens,
            answers=len(answers),
            first=min(moments, default=started),
            last=max(moments, default=started),
            segment=segment,
            marks=marks_of(turns, answers),
            about=about(session),
        )


def row_id(turns: Sequence[ExampleTurn], learned: set[int]) -> str:
    """Return the id of a row of turns, some of whose answers are learned."""
    said = turns[1:] if turns and turns[0].role == "system" else turns
    if _answers(said) == len(learned) and all(turn.ids for turn in said):
        return id_of_ids(tuple(chain.from_iterable([t.ids for t in said])))
    parts: list[str] = []
    for place, turn in enumerate(turns):
        if turn.role == "system":
            continue
        is_context = turn.role == "assistant" and place not in learned
        if turn.ids:
            parts += parts_of_ids(turn.ids, is_context=is_context)
        else:
            parts.append(part_of_text(turn.role, lines_of(turn.content)))
    return id_of_parts(parts)


def _said(turns: Sequence[ExampleTurn]) -> list[Said]:
    return [(turn.role, turn.content) for turn in turns]


def _is_learned(turn: ExampleTurn) -> bool:
    return turn.role == "assistant" and turn.weight != 0


def _answers(turns: Sequence[ExampleTurn]) -> int:
    return [turn.role for turn in turns].count("assistant")
