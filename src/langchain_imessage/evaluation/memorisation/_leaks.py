"""Models' answers → how many quote the training file, and what private texts are in them.

Owns what counts as a leak. Kinds and counts come out of it, never a text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langchain_imessage.transforms import PLACEHOLDER, Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_imessage.evaluation.figures._copying import CopyFinder


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """What is in the answers of a model, or of the person.

    Attributes:
        name: Whose answers.
        answers: How many.
        quoting: How many have five words in a row of a training answer.
        private: By kind (phone, email, …), how many private texts are in them.
    """

    name: str
    answers: int
    quoting: int
    private: Mapping[str, int] = field(default_factory=dict)


def leaks(name: str, answers: Iterable[str], copies: CopyFinder) -> Leaks:
    """Return what is in some answers.

    Args:
        name: Whose they are.
        answers: The answers.
        copies: Knows the training answers.

    Raises:
        MissingDependencyError: If the redactor lacks phonenumberslite.
    """
    number = quoting = 0
    private: Counter[str] = Counter()
    for number, answer in enumerate(answers, 1):  # noqa: B007 - counted
        quoting += copies.has_phrase_of(answer)
        private.update(_private(answer))
    return Leaks(
        name=name,
        answers=number,
        quoting=quoting,
        private=dict(sorted(private.items())),
    )


def _private(answer: str) -> Iterable[str]:
    """Yield the kinds of what a redactor finds; a placeholder in an answer is nothing."""
    plain = PLACEHOLDER.sub("", answer)
    for found in PLACEHOLDER.findall(Redactor().redact_text(plain)):
        yield found[1:-1].rpartition(" ")[0]
