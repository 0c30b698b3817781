"""Turns → windows of turns that fit a budget of tokens, each answer in one of them.

Owns that no answer is lost to a limit while there is a way to keep it: what is too long is
cut at answers into several windows, a question that leaves no room for its answer loses its
beginning, and an answer that is too long by itself loses its last bubbles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.preparation._tails import head_that_fits, tail_that_fits
from langchain_imessage.transforms.messages._content import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn


_FOR_QUESTION = 4
"""A question may keep a quarter of the room from an answer that is too long."""


class Fitter:
    """Fits talks, which go question, answer, question, ... answer.

    Args:
        count: Counts the tokens of a message by role, content and name.
        a_name: Tokens that a nameless question may get for a name, where others have one.

    Attributes:
        shortened: How many questions or answers were cut.
    """

    def __init__(
        self, count: Callable[[str, str, str], int], *, a_name: int = 0
    ) -> None:
        self._count = count
        self._a_name = a_name
        self.shortened = 0

    def has_room(self, turns: int, tokens: int, budget: float) -> bool:
        """Return whether so many turns fit, also if each question gets a name."""
        return tokens + turns * self._a_name <= budget

    def windows(
        self, talk: Sequence[ExampleTurn], budget: float
    ) -> list[Sequence[ExampleTurn]]:
        """Cut a talk from its end into windows that fit, and no answer is in two."""
        found: list[Sequence[ExampleTurn]] = []
        stop = len(talk)
        while stop > 0:
            window = self.latest(talk[:stop], budget)
            if window:
                found.append(window)
            stop -= len(window) or 2
        return found[::-1]

    def latest(
        self, talk: Sequence[ExampleTurn], budget: float
    ) -> Sequence[ExampleTurn]:
        """Return the longest end of a talk that fits; () if its last answer does not."""
        tokens = sum([turn.tokens for turn in talk])
        is_whole = self.has_room(len(talk), tokens, budget)
        if is_whole and talk and talk[0].role == "user":  # as nearly always
            return talk
        start = stop = len(talk)
        left = budget
        for place in range(stop - 1, -1, -1):
            left -= self._size(talk[place])
            if left < 0:
                break
            if talk[place].role == "user":
                start = place
        if start < stop or stop < 2:  # noqa: PLR2004 - a question and its answer
            return talk[start:]
        return self._pair(talk[-2], talk[-1], budget)

    def _size(self, turn: ExampleTurn) -> int:
        is_nameless = turn.role == "user" and not turn.name
        return turn.tokens + (self._a_name if is_nameless else 0)

    def _pair(
        self, question: ExampleTurn, answer: ExampleTurn, budget: float
    ) -> Sequence[ExampleTurn]:
        """Return a question's end and its answer, or the beginning of that."""
        most = budget - min(self._size(question), budget / _FOR_QUESTION)
        if answer.tokens > most:
            answer = self._beginning(answer, most)
        around = self._count(question.role, "", question.name)
        room = budget - answer.tokens - around - self._a_name
        words = lines_of(question.content)
        text = tail_that_fits(words, int(room), self._count_text) if room > 0 else ""
        if not text.strip():
            return ()
        self.shortened += 1
        tokens = around + self._count_text(text)
        return [question._replace(content=text, tokens=tokens), answer]

    def _beginning(self, answer: ExampleTurn, most: float) -> ExampleTurn:
        """Return the first bubbles of an answer; the answer, if not even one fits."""
        around = self._count(answer.role, "", "")
        text = lines_of(answer.content)
        head = head_that_fits(text, int(most - around), self._count_text)
        if not head.strip():
            return answer
        return answer._replace(content=head, tokens=around + self._count_text(head))

    def _count_text(self, text: str) -> int:
        return self._count("user", text, "") - self._count("user", "", "")
