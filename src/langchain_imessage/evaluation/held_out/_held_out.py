"""The answers of its owner that a dataset holds out, and what it trains on.

Holds records only. No words get into a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_imessage.datasets.formats._read_rows import Said

CONTEXT: int = 3
"""Turns before an answer by which is judged whether it fits what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutAnswer:
    """An answer of the owner's that no model was trained on.

    Attributes:
        id: The id of its example, and its number in it.
        segment: The number of its segment of conversation.
        people: Who was written to, as the example names them.
        history: What was said before, the system prompt first; not the last of it.
        said: The last thing that was said to the owner: what is answered.
        reply: What the owner answered.
        partner: What was said, without the names of speakers: a text for each of them.
    """

    id: str
    segment: int
    people: tuple[str, ...] = field(default=(), repr=False)
    history: tuple[Said, ...] = field(default=(), repr=False)
    said: str = field(repr=False)
    reply: str = field(repr=False)
    partner: tuple[str, ...] = field(default=(), repr=False)

    @property
    def context(self) -> str:
        """The last turns before the answer."""
        turns = [turn.text for turn in self.history if turn.role != "system"]
        return "\n".join([*turns, self.said][-CONTEXT:])


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReply:
    """An answer of the owner's in the training file.

    Attributes:
        said: What was said.
        reply: What was answered.
    """

    said: str = field(repr=False)
    reply: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What a dataset holds out, and what it trains on.

    Attributes:
        answers: The held-out answers, in order.
        training: The answers in the training file, oldest first.
        digest: SHA-256 of the held-out file.
        system_prompt: What every example begins with.
    """

    answers: tuple[HeldOutAnswer, ...] = field(repr=False)
    training: tuple[TrainingReply, ...] = field(repr=False)
    digest: str = ""
    system_prompt: str | None = field(default=None, repr=False)

    @cached_property
    def by_segment(self) -> Mapping[int, Sequence[HeldOutAnswer]]:
        """The answers of each segment."""
        found: dict[int, list[HeldOutAnswer]] = {}
        for answer in self.answers:
            found.setdefault(answer.segment, []).append(answer)
        return found
