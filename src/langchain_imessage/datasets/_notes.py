"""What the reader of a dataset should know: sentences for its manifest.

Owns their words. They name no path, person or text, only figures and options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._limits import IMAGE_TOKENS
from langchain_imessage.preparation._exclusions import unmatched_vetoes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from langchain_imessage.datasets.formats._example_rows import AnswerCounts
    from langchain_imessage.datasets.formats._example_turns import TurnReader
    from langchain_imessage.datasets.formats._specs import Sink


def notes_on_rows(
    sink: Sink, counts: AnswerCounts, reader: TurnReader
) -> Iterator[str]:
    """Yield what should be known of the rows."""
    too_long = counts.left_out["too long"]
    if too_long:
        yield (
            f"{_counted(too_long, 'answer')} longer than a row may be "
            f"{_are(too_long)} left out; a larger max_tokens keeps them."
        )
    if counts.learned == {"last"} and sink.mask_option:
        yield (
            "Each row teaches its last answer only; those before it are context. Tell the "
            f"trainer so: {sink.mask_option}."
        )
    if counts.learned == {"all", "last"} and sink.mask_option:
        yield (
            "Some rows teach all their answers and some the last one only, and a trainer "
            "cannot tell them apart: write them to two datasets."
        )
    if reader.images:
        yield (
            f"{_counted(reader.images, 'image')} {_are(reader.images)} counted as "
            f"{IMAGE_TOKENS} tokens each, the least that is billed; large images cost more."
        )
    if reader.images_left_out:
        yield (
            f'{_counted(reader.images_left_out, "image")} became "[image]": '
            f"{sink.name} takes no more."
        )
    if reader.images_of_answers:
        yield (
            f"{_counted(reader.images_of_answers, 'image')} of answers "
            f"{_are(reader.images_of_answers)} left out: they are trained on as text."
        )


def notes_on_report(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what should be known of decisions and opt-outs."""
    decisions = report.get("decisions") or {}
    vetoed = decisions.get("vetoed", 0)
    unmatched = vetoed - decisions.get("matched", 0)
    if unmatched > 0:
        yield f"{unmatched_vetoes(unmatched, vetoed)}."
    opt_outs = report.get("opt_outs") or {}
    entries = opt_outs.get("entries", 0)
    unused = entries - opt_outs.get("matched", 0)
    if unused > 0:
        yield (
            f"{unused:,} of {_counted(entries, 'opt-out')} {_match(unused)} no conversation "
            "and no message."
        )


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _match(number: int) -> str:
    return "matches" if number == 1 else "match"
