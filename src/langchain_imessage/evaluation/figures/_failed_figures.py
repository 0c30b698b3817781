"""The figures of a system → those by which it is found out, in words.

Owns the bounds: the person passes, and each control fails. For a model, a figure that it
fails is what to look at first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.evaluation.figures._figure_records import (
        Copied,
        SystemFigures,
    )

_HALF: Final = 50.0
"""A likeness below which answers are nearer to those of others."""

_CHANCE: Final = 0.5
_SURE: Final = 0.9
"""An AUC from which a judge knows nearly every answer."""

_COPIES: Final = 0.1
_PHRASES: Final = 0.25
_REPEATS: Final = 0.25
_UNKNOWN: Final = 0.03
"""Shares above the person's own from which answers are copies, repeat what was said, or are
of words that nobody says."""


def failed_figures(figures: SystemFigures, person: SystemFigures) -> tuple[str, ...]:
    """Return what gives a system away, compared with the person's own figures.

    Args:
        figures: Those of the system.
        person: Those of the person's own answers.
    """
    return (
        *_on_judges(figures, person),
        *_on_copies(figures.copied, person.copied),
        *_on_words(figures, person),
    )


def _on_judges(figures: SystemFigures, person: SystemFigures) -> Iterator[str]:
    likeness, fits, apart = figures.likeness, figures.fits, figures.told_apart
    if likeness and likeness.high < _HALF:
        yield "unlike you"
    # Where the person's own answers are not seen to fit, nobody's failure means anything.
    if fits and person.fits and person.fits.low > _CHANCE >= fits.low:
        yield "does not fit what was said"
    if apart and apart.low >= _SURE:
        yield "told apart"


def _on_copies(copied: Copied, own: Copied) -> Iterator[str]:
    if _exceeds(copied.answers, own.answers, _COPIES) or _exceeds(
        copied.phrases, own.phrases, _PHRASES
    ):
        yield "copied"
    if _exceeds(copied.repeated, own.repeated, _REPEATS):
        yield "repeats what was said"


def _on_words(figures: SystemFigures, person: SystemFigures) -> Iterator[str]:
    if _exceeds(figures.unknown_words, person.unknown_words, _UNKNOWN):
        yield "unknown words"


def _exceeds(share: float | None, own: float | None, most: float) -> bool:
    return share is not None and share > (own or 0.0) + most
