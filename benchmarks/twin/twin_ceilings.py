"""How sure the ends of the scale are, and intervals on it: a simulation with a public person.

    python benchmarks/twin/twin_ceilings.py --owner 0f9fe1f8

Sets the scale by half of the person's segments and reads it on the other half, many times; and
takes their segments for all there are, draws as many of them again, and counts how often an
interval of a control has the value of all. Owns both. No model is asked.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import fmean, pstdev, stdev
from typing import TYPE_CHECKING

from twin_people import chosen_person, dataset_of

from langchain_imessage.evaluation.controls._controls import control_answers
from langchain_imessage.evaluation.figures._likeness import LikenessScale
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.judging._text_vectors import TextVectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Sums = Mapping[int, tuple[float, int]]
    """The sum and the number of the scores of each segment."""

HALVES, TRIALS, DRAWS, ANSWERS = 400, 300, 150, 400


def main() -> None:
    """Print what was found."""
    chosen = chosen_person(__doc__)
    held_out = read_held_out(dataset_of(chosen.owner, chosen.folder))
    scale = LikenessScale(held_out.by_segment, TextVectors(), seed=0)
    if scale.cannot_tell is not None:
        raise SystemExit(scale.cannot_tell)
    own, others = scale._own, scale._others  # noqa: SLF001 - what it is set by
    chance = Random(0)  # noqa: S311 - repeatable
    for name, half_width in half_widths(own, mean(others, own)):
        print(f"you, again, {name}: 100 ± {half_width:.1f}")
    found = list(halves(own, others, chance))
    print(
        f"set by one half, read on the other: {fmean(found):.1f}, SD {pstdev(found):.1f}"
    )
    judged = [answer for answer in held_out.answers if answer.segment in scale.folds]
    asked = chance.sample(judged, min(ANSWERS, len(judged)))
    for name, texts in control_answers(held_out, asked).items():
        segments = [answer.segment for answer in asked]
        scores = scale._scores(zip(segments, texts, strict=True))  # noqa: SLF001
        sums = {key: (sum(some), len(some)) for key, some in scores.items()}
        fixed, drawn = coverage(own, others, sums, chance)
        print(f"{name}: on a fixed scale {fixed:.0%} of intervals, drawn {drawn:.0%}")


def mean(sums: Sums, segments: Iterable[int]) -> float:
    """Return the mean score of segments, each as often as it is named."""
    times = Counter([*segments])
    number = sum(sums[key][1] * n for key, n in times.items())
    return sum(sums[key][0] * n for key, n in times.items()) / number


def half_widths(own: Sums, zero: float) -> Iterator[tuple[str, float]]:
    """Yield half of the interval of the person's own line, by what segments count."""
    whole = mean(own, own)
    answers = sum(number for _, number in own.values())
    off = sum((total - number * whole) ** 2 for total, number in own.values())
    yield "segments by their answers", 196 * off**0.5 / answers / (whole - zero)
    means = [total / number for total, number in own.values()]
    yield "segments alike", 196 * stdev(means) / len(means) ** 0.5 / (whole - zero)


def halves(own: Sums, others: Sums, chance: Random) -> Iterator[float]:
    """Yield the person's place on a scale set by half of the segments, of the other half."""
    segments = sorted(own)
    middle = len(segments) // 2
    for _ in range(HALVES):
        chance.shuffle(segments)
        zero, end = (mean(one, segments[:middle]) for one in (others, own))
        yield 100 * (mean(own, segments[middle:]) - zero) / (end - zero)


def coverage(
    own: Sums, others: Sums, system: Sums, chance: Random
) -> tuple[float, float]:
    """Return how often intervals have the value of all, on a fixed scale and a drawn one."""
    segments = sorted(system)

    def placed(drawn: Sequence[int], ends: Sequence[int]) -> float:
        zero, end = mean(others, ends), mean(own, ends)
        return 100 * (mean(system, drawn) - zero) / (end - zero)

    value, found = placed(segments, segments), []
    for _ in range(TRIALS):
        known = chance.choices(segments, k=len(segments))
        again = [chance.choices(known, k=len(known)) for _ in range(DRAWS)]
        fixed = [placed(drawn, known) for drawn in again]
        drawn = [placed(drawn, drawn) for drawn in again]
        found.append([has(sorted(one), value) for one in (fixed, drawn)])
    fixed_share, drawn_share = map(fmean, zip(*found, strict=True))
    return fixed_share, drawn_share


def has(values: Sequence[float], value: float) -> bool:
    """Return whether a value is in the middle 95 % of sorted ones."""
    tail = round(0.025 * (len(values) - 1))
    return values[tail] <= value <= values[-1 - tail]


if __name__ == "__main__":
    main()
