"""A session's messages → turns: who speaks and what a sink may see of it.

Owns the reading of LangChain messages. Only role, words, images where the sink takes them,
weight and name get through: whatever else a message holds ends here. The tokens, times and
ids a turn carries are for counting and for telling examples apart; no row has them.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.datasets.formats._image_blocks import (
    IMAGE,
    flattened,
    joined,
    labelled,
)
from langchain_imessage.datasets.formats._limits import (
    CHAT_ROLES,
    IMAGE_TOKENS,
)
from langchain_imessage.datasets.formats._read_rows import images_in
from langchain_imessage.errors import ExportError
from langchain_imessage.transforms.messages._content import ids_of, lines_of
from langchain_imessage.transforms.messages._speakers import name_in_full, role_of
from langchain_imessage.transforms.messages._timestamps import seconds_of
from langchain_imessage.transforms.messages._verdicts import verdicts_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_imessage.datasets.formats._specs import Sink


class ExampleTurn(NamedTuple):
    """One message of an example.

    A tuple because a million are made.

    Attributes:
        role: system, user or assistant.
        content: Its words; a list of OpenAI's blocks where there are images among them.
        weight: How much an answer counts; None where nobody said.
        name: Who speaks, in letters a sink takes; "" where it does not matter.
        ids: Of the messages it was made of.
        replies: Ids of the messages it replies to.
        tokens: How many it has.
        verdict: What others thought of an answer: above 0 liked, below 0 disliked.
        moment: When it was sent, in Unix seconds; None where unknown.
    """

    role: str
    content: str | list[dict[str, Any]]
    weight: float | None = None
    name: str = ""
    ids: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    tokens: int = 0
    verdict: int = 0
    moment: float | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the role and the size, never words or people."""
        return f"ExampleTurn(role={self.role!r}, tokens={self.tokens})"


class TurnReader:
    """Reads the messages of examples for one sink.

    Args:
        sink: Who they are for.
        count: Counts the tokens of a message by role, content and name.
        left_out: Where answers without words are counted.

    Attributes:
        images: How many images are in the turns.
        images_left_out: How many became a word, for the sink takes no more.
        images_of_answers: How many were in answers, which are trained on as text.
    """

    def __init__(
        self,
        sink: Sink,
        count: Callable[[str, str, str], int],
        left_out: Counter[str],
    ) -> None:
        self._sink = sink
        self._count = count
        self._left_out = left_out
        self.images = self.images_left_out = self.images_of_answers = 0

    def turns(self, messages: Sequence[BaseMessage], *, line: int) -> list[ExampleTurn]:
        """Return messages as turns.

        Empty messages are left out, and neighbours of one role become one turn.

        Args:
            messages: The messages of an example.
            line: The example's number, for errors.

        Raises:
            ExportError: If a message is of a kind no example can hold.
        """
        turns: list[ExampleTurn] = []
        images, before, is_plain = 0, "", True
        for message in messages:
            turn = self._turn(message, line, images)
            if turn is None:
                continue
            if not isinstance(turn.content, str):
                images += images_in(turn.content)
            if turn.role == before or turn.name:
                is_plain = False
            before = turn.role
            turns.append(turn)
        self.images += images
        return turns if is_plain else self._in_turn(turns)

    def _in_turn(self, turns: Sequence[ExampleTurn]) -> list[ExampleTurn]:
        """Return turns whose neighbours of one role are joined."""
        runs = [[*run] for _, run in groupby(turns, attrgetter("role"))]
        return [
            run[0]  # as nearly always
            if len(run) == 1 and not run[0].name
            else self.counted(self._joined(run))
            for run in runs
        ]

    def counted(self, turn: ExampleTurn) -> ExampleTurn:
        """Return a turn with its tokens."""
        return turn._replace(tokens=self._tokens(turn.role, turn.content, turn.name))

    def _tokens(self, role: str, content: Any, name: str) -> int:
        tokens = self._count(role, lines_of(content), name)
        return tokens + IMAGE_TOKENS * images_in(content)

    def _turn(self, message: BaseMessage, line: int, images: int) -> ExampleTurn | None:
        role = role_of(message)
        if role not in CHAT_ROLES:
            raise _refused(message, line)
        content: Any = message.content
        is_text = isinstance(content, str)
        if not is_text:
            room = self._sink.images - images if role == "user" else 0
            content = flattened(content, room)
            is_text = isinstance(content, str)
            self.images_left_out += lines_of(content).split("\n").count(IMAGE)
        if not content or (is_text and content.isspace()):
            self._left_out["empty"] += role == "assistant"
            return None
        kwargs = message.additional_kwargs
        weight, verdict, name, replies = None, 0, "", kwargs.get("reply_to")
        if role == "user":
            name = message.name or ""
        elif role == "assistant":
            weight = kwargs.get("weight")
            verdict = sum(verdicts_of(kwargs.get("reactions")))
            self.images_of_answers += kwargs.get("images_left_out", 0)
        count = self._count if is_text else self._tokens
        ids = tuple(map(str, ids_of(message)))
        answered = _listed(replies) if replies else ()
        tokens, moment = count(role, content, name), seconds_of(message)
        values = (role, content, weight, name, ids, answered, tokens, verdict, moment)
        return tuple.__new__(ExampleTurn, values)  # in half its constructor's time

    def _joined(self, run: Sequence[ExampleTurn]) -> ExampleTurn:
        """Return turns of one role as one, with one name in its field or all in its words."""
        names = {turn.name for turn in run}
        plain = name_in_full(run[0].name) if len(names) == 1 else ""
        if self._sink.names and plain:
            run = [turn._replace(name=plain) for turn in run]
        elif names != {""}:
            run = [
                turn._replace(content=labelled(turn.name, turn.content), name="")
                if turn.name
                else turn
                for turn in run
            ]
        whole = run[0]
        for turn in run[1:]:
            whole = whole._replace(
                content=joined(whole.content, turn.content),
                weight=_lower(whole.weight, turn.weight),
                ids=whole.ids + turn.ids,
                replies=whole.replies + turn.replies,
                verdict=whole.verdict + turn.verdict,
                moment=turn.moment if turn.moment is not None else whole.moment,
            )
        return whole


def from_question_to_answer(
    turns: Sequence[ExampleTurn], line: int
) -> Sequence[ExampleTurn]:
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


def _refused(message: BaseMessage, line: int) -> ExportError:
    kind = type(message).__name__
    return ExportError(
        f"Example {line} holds a {kind}, which no example can hold", line=line
    )


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _lower(first: float | None, second: float | None) -> float | None:
    """Return the weight of two answers that become one: the lower of those given."""
    given = [weight for weight in (first, second) if weight is not None]
    return min(given, default=None)
