"""An example → the rows a sink gets of it.

Owns which of an example's messages a row holds and how it is laid out. A row that would be
too long loses whole messages from its front; what a sink would learn against the example's
weights is taken out. Each answer that is in no row is counted under its reason.
"""

from __future__ import annotations

from collections import Counter
from math import inf, nan
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_imessage.datasets.formats._messages import turns_of
from langchain_imessage.datasets.formats._specs import CHAT_ROLES
from langchain_imessage.errors import ExportError
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    message_counter,
)
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets.formats._messages import Turn
    from langchain_imessage.datasets.formats._specs import Sink

_FROM = dict(zip(CHAT_ROLES, ("system", "human", "gpt"), strict=True))
_SOMEONE = "user"
"""The name of who has none, in a file where others have."""


class Row(NamedTuple):
    """One line to be, and what tells it apart.

    Attributes:
        value: What the line says.
        tokens: How many it has.
        answers: How many answers are learned from it.
        first: When the segment it is from began, in Unix seconds; NaN where unknown.
        last: The same; later where it is from two segments.
        segment: Which segment that is, hashed.
        ids: Of the messages in it, hashed.
    """

    value: dict[str, Any]
    tokens: int
    answers: int
    first: float
    last: float
    segment: int
    ids: tuple[int, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, never words."""
        return f"Row(tokens={self.tokens}, answers={self.answers})"


class RowCounts:
    """What is known of all rows together.

    Attributes:
        left_out: Answers in no row, by reason.
        shortened: Rows that lost messages from their front.
        weights: Whether rows have weights: every kind that occurred.
        names: Likewise names.
        prompts: The system messages there were; no more than two are kept.
    """

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.shortened = 0
        self.weights: set[bool] = set()
        self.names: set[bool] = set()
        self.prompts: list[str | None] = []

    def leave_out(self, reason: str, answers: int) -> None:
        """Count answers that are in no row."""
        if answers:
            self.left_out[reason] += answers

    def note(self, system: Sequence[Turn]) -> None:
        """Keep the system message, as long as all have the same."""
        prompt = text_of(system[0].content) if system else None
        if len(self.prompts) < 2 and prompt not in self.prompts:  # noqa: PLR2004 - two differ
            self.prompts.append(prompt)


class ExampleReader:
    """Reads examples as one sink takes them; what is made of them is its heirs' business.

    Args:
        sink: Who they are for.
        count: Counts tokens.
        max_tokens: What a row may have at most; None for the sink's own limit.

    Attributes:
        counts: What is left out, and what the rows have.
    """

    def __init__(
        self, sink: Sink, count: Callable[[str], int], max_tokens: int | None
    ) -> None:
        self._sink = sink
        self._count = message_counter(count)
        self._max_tokens = max_tokens or sink.max_tokens or inf
        self.counts = RowCounts()

    def _opened(self, session: ChatSession, line: int) -> tuple[list[Turn], list[Turn]]:
        """Take an example apart: its system message, if it has one, and its turns."""
        left_out = self.counts.left_out
        messages = session["messages"]
        turns = turns_of(
            messages, self._sink, self._count, line=line, left_out=left_out
        )
        systems = int(bool(turns) and turns[0].role == "system")
        return turns[:systems], turns[systems:]


class RowMaker(ExampleReader):
    """Makes the rows of one sink's examples."""

    def rows(self, session: ChatSession, line: int) -> Iterator[Row]:
        """Make an example's rows.

        Args:
            session: The example.
            line: Its number, from 1.

        Raises:
            ExportError: If it holds a message no example can hold.
        """
        system, turns = self._opened(session, line)
        talk = from_question_to_answer(turns, line)
        if turns and turns[0].role == "assistant":
            self.counts.leave_out("no message before it", 1)
        budget = self._max_tokens - TOKENS_PER_EXAMPLE - sum(t.tokens for t in system)
        first, segment = segment_of(session, line)
        for begin, end in self._pieces(talk):
            kept = self._fitting(talk, begin, end, budget)
            if any(map(_is_learned, kept)):
                self.counts.note(system)
                yield self._row([*system, *kept], first, segment)
            else:
                self.counts.leave_out("weight 0", _answers(kept))

    def _pieces(self, talk: Sequence[Turn]) -> Iterator[tuple[int, int]]:
        """Say from where to where a talk becomes a row."""
        if self._sink.weights:
            yield 0, len(talk)
            return
        begin = 0
        for place, turn in enumerate(talk):
            if turn.role != "assistant":
                continue
            if not _is_learned(turn):
                self.counts.leave_out("weight 0", 1)
                if not self._sink.unroll:
                    yield begin, place - 1
                    begin = place + 1
            elif self._sink.unroll:
                yield 0, place + 1
        if not self._sink.unroll:
            yield begin, len(talk)

    def _fitting(
        self, talk: Sequence[Turn], begin: int, end: int, budget: float
    ) -> Sequence[Turn]:
        """Take the longest end of a piece that is not too long."""
        while begin < end:
            start = _start(talk, begin, end, budget)
            if start < end:
                self.counts.shortened += start > begin
                if not self._sink.unroll:  # where those in front have rows of their own
                    self.counts.leave_out("too long", _answers(talk[begin:start]))
                return talk[start:end]
            self.counts.leave_out("too long", 1)
            if self._sink.unroll:
                break
            end -= 2
        return ()

    def _row(self, turns: Sequence[Turn], first: float, segment: int) -> Row:
        has_weights = self._sink.weights and any(t.weight is not None for t in turns)
        has_names = any(turn.name for turn in turns)
        self.counts.weights.add(has_weights)
        self.counts.names.add(has_names)
        return Row(
            value=_LAYOUTS[self._sink.shape](turns, has_weights, has_names),
            tokens=TOKENS_PER_EXAMPLE + sum(turn.tokens for turn in turns),
            answers=1 if self._sink.unroll else sum(map(_is_learned, turns)),
            first=first,
            last=first,
            segment=segment,
            ids=tuple(known for turn in turns for known in turn.ids),
        )


def segment_of(session: ChatSession, line: int) -> tuple[float, int]:
    """Return when the segment of an example began, and its key.

    Without word of that (`split`, as `prepare` gives it) an example is its own segment.
    """
    known = cast("Mapping[str, Any]", session)
    split = known.get("split")
    if not split:
        moments = map(seconds_of, session["messages"])
        return next((m for m in moments if m is not None), nan), hash(("line", line))
    started = split.get("started")
    chat = known.get("chat") or {}
    people = chat.get("guids") or chat.get("participants") or ()
    key = (tuple(people), chat.get("name"), split.get("piece"), started)
    return nan if started is None else float(started), hash(key)


def complete(value: dict[str, Any], *, weights: bool, names: bool) -> dict[str, Any]:
    """Add to a row of messages the keys that other rows of its file have."""
    for message in value["messages"]:
        if weights and message["role"] == "assistant":
            message.setdefault("weight", 1)
        if names and message["role"] == "user":
            message.setdefault("name", _SOMEONE)
    return value


def from_question_to_answer(turns: Sequence[Turn], line: int) -> Sequence[Turn]:
    """Leave out answers to nothing, and questions without an answer.

    Raises:
        ExportError: If there is another system message.
    """
    roles = [turn.role for turn in turns]
    if "system" in roles:
        message = f"Example {line} has a system message that is not its first"
        raise ExportError(message, line=line)
    begin = roles[:1] == ["assistant"]
    end = len(turns) - (roles[-1:] == ["user"])
    return turns[begin:end]


def _start(talk: Sequence[Turn], begin: int, end: int, budget: float) -> int:
    """Find the earliest question from which on a piece fits; its end if there is none."""
    start = end
    for place in range(end - 1, begin - 1, -1):
        budget -= talk[place].tokens
        if budget < 0:
            break
        if talk[place].role == "user":
            start = place
    return start


def _is_learned(turn: Turn) -> bool:
    return turn.role == "assistant" and turn.weight != 0


def _answers(turns: Sequence[Turn]) -> int:
    return sum(turn.role == "assistant" for turn in turns)


def _messages(
    turns: Sequence[Turn],
    has_weights: bool,  # noqa: FBT001 - see _LAYOUTS
    has_names: bool,  # noqa: FBT001
) -> dict[str, Any]:
    rows = []
    for turn in turns:
        row: dict[str, Any] = {"role": turn.role, "content": turn.content}
        if has_weights and turn.role == "assistant":
            row["weight"] = int(turn.weight != 0)
        if has_names and turn.role == "user":
            row["name"] = turn.name or _SOMEONE
        rows.append(row)
    return {"messages": rows}


def _conversations(
    turns: Sequence[Turn],
    _weights: bool,  # noqa: FBT001 - see _LAYOUTS
    _names: bool,  # noqa: FBT001
) -> dict[str, Any]:
    return {
        "conversations": [
            {"from": _FROM[turn.role], "value": turn.content} for turn in turns
        ]
    }


_LAYOUTS: dict[str, Callable[[Sequence[Turn], bool, bool], dict[str, Any]]] = {
    "messages": _messages,
    "conversations": _conversations,
}
