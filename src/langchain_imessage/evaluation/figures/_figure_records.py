"""The figures of one system's answers. Holds records only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from langchain_imessage.evaluation.judging._ranking import Estimate

Kind: TypeAlias = Literal["person", "people", "model", "control"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How much of some answers is not their writer's own.

    Attributes:
        answers: The share of answers of four words and more that are in the training file
            word for word, or, from five words on, but for a third of their words; None
            where there is none so long.
        phrases: The share of sequences of five words that are in a training answer; None
            where there is none.
        pairs: The share of the pairs of words of answers of four words and more that are
            in a training answer. The person's own answers have about two thirds: who puts
            old answers together of pieces has more, gibberish less. None of fewer than 20.
        repeated: The share of answers of four words and more that mostly repeat what was
            just said.
    """

    answers: float | None = None
    phrases: float | None = None
    pairs: float | None = None
    repeated: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFigures:
    """What is measured of the answers of a person, a model or a control.

    Attributes:
        name: What it is called.
        kind: "person" for you again, "people" for those you write with, "model", "control".
        answers: How many answers were measured.
        empty: How many of them are empty.
        likeness: 0 is as the people you write with, 100 as you; None if it cannot be told.
        fits: How often an answer fits what was said better than another one of the same
            system; 0.5 is chance.
        told_apart: AUC of a judge of real answers against these; 0.5 is not at all.
        copied: How much of it is copied.
        unknown_words: The share of words that nobody says in the training file, nor with
            another letter in them.
        words: Words of an answer, on average.
        bubbles: Bubbles of an answer, on average.
        most_off: What differs most from you, in words.
        fails: The figures by which it is found out, in words; () if by none.
    """

    name: str
    kind: Kind
    answers: int
    empty: int = 0
    likeness: Estimate | None = None
    fits: Estimate | None = None
    told_apart: Estimate | None = None
    copied: Copied
    unknown_words: float
    words: float
    bubbles: float
    most_off: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
