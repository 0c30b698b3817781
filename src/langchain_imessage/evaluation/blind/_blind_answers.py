"""read_answers: what a friend chose → how often it was right, and what that is worth.

Owns the figures and their words. A result file holds no message, and may come from anybody.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, comb, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.arguments import PATHS, check_arguments
from langchain_imessage.errors import EvaluationError
from langchain_imessage.evaluation.blind._blind_page import FORMAT
from langchain_imessage.files import read_private, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Z: Final = 1.959964
_POWER_Z: Final = 1.281552
"""For intervals and a test at 5 %, and for seeing a difference in nine cases of ten."""

_CHANCE: Final = 0.5
_MOST_TRIALS: Final = 100_000
_GROUPS: Final = {"well": "people who know you well", "hardly": "people who hardly do"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindFigures:
    """How often the real answer was told from a model's.

    Attributes:
        correct: How often it was.
        total: Of how many choices.

    Example:
        >>> print(BlindFigures(correct=30, total=40))
        75 % right, 30 of 40 [60 %, 86 %]; told apart (p = 0.0022)
    """

    correct: int
    total: int

    @property
    def share(self) -> float:
        """The share of right choices; 0.5 is guessing."""
        return self.correct / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share, at 95 %."""
        n, z2 = self.total, _Z**2
        middle = (self.share + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z * sqrt(self.share * (1 - self.share) / n + z2 / (4 * n * n))
        half /= 1 + z2 / n
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def p_value(self) -> float:
        """How likely guessing is that far from a half or farther: the exact test."""
        fewer = min(self.correct, self.total - self.correct)
        ways = sum(comb(self.total, right) for right in range(fewer + 1))
        tail: float = ways / 2**self.total
        return min(1.0, 2 * tail)

    @property
    def needed(self) -> int | None:
        """How many choices it takes to see a share like this one, nine times of ten.

        None where it is guessing: no number will do.
        """
        away = abs(self.share - _CHANCE)
        if not away:
            return None
        spread = _Z * _CHANCE + _POWER_Z * sqrt(self.share * (1 - self.share))
        return ceil((spread / away) ** 2)

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Say it in a line."""
        low, high = self.interval
        figures = (
            f"{self.share:.0%} right, {self.correct} of {self.total} "
            f"[{low:.0%}, {high:.0%}]"
        ).replace("%", " %")
        return f"{figures}; {self._meaning()}"

    def _meaning(self) -> str:
        if self.p_value < 1 - 0.95:
            way = "told apart" if self.share > _CHANCE else "the model taken for you"
            return f"{way} (p = {self.p_value:.2g})"
        if self.needed is None or self.needed <= self.total:
            return f"not told from guessing (p = {self.p_value:.2g})"
        return (
            f"not told from guessing (p = {self.p_value:.2g}); to see a share like this "
            f"one takes about {self.needed:,} choices"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindAnswers:
    """What came of one page or of several, those who know the owner apart.

    Attributes:
        all: Every choice.
        well: Those of people who know the owner well; None where there are none.
        hardly: Those of the others.
        files: How many result files.
    """

    all: BlindFigures
    well: BlindFigures | None = None
    hardly: BlindFigures | None = None
    files: int = 1

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Say it in a line each."""
        lines = [f"all: {self.all}"]
        for name, words in _GROUPS.items():
            figures: BlindFigures | None = getattr(self, name)
            if figures is not None and figures != self.all:
                lines.append(f"{words}: {figures}")
        return "\n".join(lines)


@check_arguments(results=PATHS, key=PATHS)
def read_answers(
    results: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    key: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = "blind.key.json",
) -> BlindAnswers:
    """Read what friends chose on blind pages.

    Args:
        results: The result file of a page, or several; one that is given twice counts once.
        key: The key that was written beside the page, or those of several.

    Returns:
        The figures.

    Raises:
        EvaluationError: If a file is none of a page, there is no key of its page, or
            nothing was chosen.
        OSError: If a file cannot be read.

    Example:
        ```python
        from langchain_imessage.evaluation import read_answers

        print(read_answers("blind-answers.json"))
        ```
    """
    chosen: dict[str, list[bool]] = {}
    files = {path.absolute(): path for path in _paths(results)}.values()
    found = [_result(file) for file in files]
    keys = {one["page"]: one["real"] for one in map(_key, _paths(key))}
    for result in found:
        real = keys.get(result["page"])
        if real is None or len(real) != len(result["chosen"]):
            raise EvaluationError("A result and the key are of different pages")
        right = [
            one == place
            for one, place in zip(result["chosen"], real, strict=True)
            if one is not None
        ]
        chosen.setdefault(result["knows"], []).extend(right)
    every = [one for right in chosen.values() for one in right]
    if not every:
        raise EvaluationError("No answer was chosen on the page")
    groups = {name: _figures(chosen.get(name) or []) for name in _GROUPS}
    return BlindAnswers(
        all=BlindFigures(correct=sum(every), total=len(every)),
        files=len(files),
        **groups,
    )


def _figures(right: Sequence[bool]) -> BlindFigures | None:
    return BlindFigures(correct=sum(right), total=len(right)) if right else None


def _paths(given: Any) -> list[Path]:
    many = [given] if isinstance(given, str | os.PathLike) else given
    return [Path(one) for one in many]


def _key(path: Path) -> dict[str, Any]:
    return _checked(path, "real", allowed=(0, 1))


def _result(path: Path) -> dict[str, Any]:
    found = _checked(path, "chosen", allowed=(0, 1, None))
    if found.get("knows") not in [*_GROUPS]:  # which may be anything, a list, too
        raise EvaluationError("A result does not say how well its reader knows you")
    return found


def _checked(path: Path, name: str, *, allowed: Sequence[int | None]) -> dict[str, Any]:
    """Read a file of ours, and a list of places in it."""
    raw = read_private(path)
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        found: dict[str, Any] = json.loads(raw)
        places = found[name]
        if (
            found["format"] == FORMAT
            and isinstance(found["page"], str)
            and isinstance(places, list)
            and len(places) <= _MOST_TRIALS
            and all(type(one) in {int, type(None)} and one in allowed for one in places)
        ):
            return found
    # Not where it was caught: the error would hold the file.
    raise EvaluationError(
        f"{shown(path)} is neither a result nor a key of a blind page"
    )
