"""The runs of `make twin` → the plot beside docs/twin.md.

Owns what is drawn, and in which colors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_COLORS = {"person": "#1f77b4", "people": "#7f7f7f", "model": "#ff7f0e"}


def draw_runs(runs: Sequence[Any], path: Path) -> bool:
    """Draw the likeness of systems, and the bits of each owner; return whether there are any.

    A system's values of all seeds are on one line, as are its intervals.
    """
    likeness = _lines(
        (f"{run['owner']} · {one['name']}", one["likeness"], one["kind"])
        for run in runs
        for one in run.get("evaluated", {"figures": ()})["figures"]
        if one["likeness"] and one["kind"] in _COLORS
    )
    bits = _lines(
        (f"{run['owner']} · {name}", one["change"], kind)
        for run in runs
        for name, kind, some in (
            ("own answers", "model", run.get("bits", [])[:1]),
            ("others' answers", "people", run.get("bits", [])[1:]),
        )
        for one in some
    )
    if not likeness or not bits:
        return False
    from matplotlib import pyplot as plt

    heights = [len(likeness) + 2, len(bits) + 2]
    figure, both = plt.subplots(
        2, figsize=(7, 0.27 * sum(heights)), height_ratios=heights
    )
    both[0].set(xlabel="sounds like you (0: the people you write with, 100: you)")
    both[1].set(xlabel="change of bits per byte by training, in %")
    both[1].axvline(0, color="#bbbbbb", linewidth=0.8)
    for axes, lines in zip(both, (likeness, bits), strict=True):
        _draw(axes, lines)
    figure.tight_layout()
    with plt.rc_context({"svg.hashsalt": path.name}):  # the same ids each time
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)  # the page is written after each part: dozens of times
    return True


def _lines(
    found: Iterable[tuple[str, Any, str]],
) -> dict[str, list[tuple[Any, str]]]:
    """Return estimates and their kind by the name of their line, each once."""
    lines: dict[str, list[tuple[Any, str]]] = {}
    for name, estimate, kind in sorted(found, key=lambda one: one[0][:8]):
        line = lines.setdefault(name, [])
        if (one := (estimate, _COLORS[kind])) not in line:
            line.append(one)
    return lines


def _draw(axes: Any, lines: Mapping[str, Sequence[tuple[Any, str]]]) -> None:
    for place, estimates in enumerate(reversed(lines.values())):
        for number, (one, color) in enumerate(estimates):
            height = place + 0.2 * (number - (len(estimates) - 1) / 2)
            axes.plot([one["low"], one["high"]], [height, height], color=color)
            axes.plot([one["value"]], [height], marker="o", markersize=3, color=color)
    axes.set_yticks(range(len(lines)), [*reversed(lines)])
