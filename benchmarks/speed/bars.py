"""Figures and ratios as tables, each ratio beside its bar; measures nothing."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from speed.measuring import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A figure that should be small or large.

    Attributes:
        name: What is compared with what.
        value: The ratio.
        spread: The least and the greatest of the rounds, where there are some.
        bar: What it should be; None for a figure without a bar.
        at_most: Whether less is better.
    """

    name: str
    value: float
    spread: tuple[float, float] | None = None
    bar: float | None = None
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it is as good as its bar."""
        if self.bar is None:
            return True
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def cpu_ratio(
    name: str, one: Figures, other: Figures, bar: float | None, *, at_most: bool = True
) -> Ratio:
    """Compare the best CPU seconds of two runs of the same rounds."""
    rounds = [a / b for a, b in zip(one.cpus, other.cpus, strict=True)]
    spread = (min(rounds), max(rounds))
    value = one.cpu / other.cpu
    return Ratio(name=name, value=value, spread=spread, bar=bar, at_most=at_most)


def print_figures(rows: Sequence[tuple[str, Figures]]) -> None:
    """Print what each run cost."""
    print(f"  {'':<42}{'CPU seconds':^24}{'wall':>8}{'peak':>10}{'count':>12}")
    print(f"  {'':<42}{'best':>8}{'median':>8}{'max':>8}{'best':>8}{'MiB':>10}")
    for name, figures in rows:
        cpus = figures.cpus
        seconds = f"{min(cpus):8.2f}{median(cpus):8.2f}{max(cpus):8.2f}"
        count = figures.result if isinstance(figures.result, int) else 0
        shown = f"{count:>12,}" if count else ""
        print(f"  {name:<42}{seconds}{figures.wall:8.2f}{figures.peak:10.0f}{shown}")
    print()


def print_ratios(ratios: Sequence[Ratio]) -> None:
    """Print ratios beside their bars."""
    print(f"  {'':<58}{'best':>7}  {'rounds':<15}{'bar':<8}")
    for one in ratios:
        spread = "{:.2f} to {:.2f}".format(*one.spread) if one.spread else ""
        bar = f"{'≤' if one.at_most else '≥'} {one.bar:g}" if one.bar else ""
        verdict = ("met" if one.is_met else "MISSED") if one.bar else ""
        print(
            f"  {one.name:<58}{one.value:7.2f}  {spread:<15}{bar:<8}{verdict}".rstrip()
        )
