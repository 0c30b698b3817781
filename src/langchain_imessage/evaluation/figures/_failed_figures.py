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
    from langchain_imessage.evaluation.judging._ranking import Estimate

_HALF: Final = 50.0
"""A likeness below which answers are nearer to those of others."""

_CHANCE: Final = 0.5
_SURE: Final = 0.75
"""An AUC from which a judge knows three answers of four."""

_COPIES: Final = 0.1
_PHRASES: Final = 0.25
_REPEATS: Final = 0.25
_UNKNOWN: Final = 0.02
"""Shares above the person's own from which answers are copies, repeat what was said, or are
of words that nobody says."""

_PAIRS: Final = 0.15
"""How far the share of pairs of words that are in old answers may be from the person's own.
Pieces of three or four words of old answers are 0.11 to 0.21 above it, texts of a chain of
pairs 0.30. Gibberish is 0.19 below it, most tuned models are 0.05 to 0.15 below, some of few
answers more."""


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
    if likeness and person.likeness and likeness.low > person.likeness.high:
        yield "more like you than you are"
    if fits and person.fits and _fits_by_chance(fits, person.fits):
        yield "does not fit what was said"
    if apart and apart.low >= _SURE:
        yield "told apart"


def _fits_by_chance(fits: Estimate, own: Estimate) -> bool:
    """Return whether answers fit as any would: as far as seen, and nearer to it than yours.

    Where the person's own answers are not seen to fit, nobody's failure means anything.
    """
    nearer = fits.value < (_CHANCE + own.value) / 2
    return own.low > _CHANCE >= fits.low and nearer


def _on_copies(copied: Copied, own: Copied) -> Iterator[str]:
    if _exceeds(copied.answers, own.answers, _COPIES) or _exceeds(
        copied.phrases, own.phrases, _PHRASES
    ):
        yield "copied"
    if copied.pairs is not None and own.pairs is not None:
        if copied.pairs > own.pairs + _PAIRS:
            yield "pieces of old answers"
        if copied.pairs < own.pairs - _PAIRS:
            yield "unusual phrases"
    if _exceeds(copied.repeated, own.repeated, _REPEATS):
        yield "repeats what was said"


def _on_words(figures: SystemFigures, person: SystemFigures) -> Iterator[str]:
    if _exceeds(figures.unknown_words, person.unknown_words, _UNKNOWN):
        yield "unknown words"


def _exceeds(share: float | None, own: float | None, most: float) -> bool:
    return share is not None and share > (own or 0.0) + most
