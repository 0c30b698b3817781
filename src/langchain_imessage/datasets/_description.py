"""What a manifest says of a dataset, but for how its files were cut and counted.

Owns its keys. No clock, path or user name gets into it, and of texts only the system prompt.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets._manifest import FORMAT, PACKAGE
from langchain_imessage.datasets._notes import notes_on_report, notes_on_rows
from langchain_imessage.preparation._pricing import billed_tokens, default_epochs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from langchain_imessage.datasets._time_split import Division
    from langchain_imessage.datasets.formats._example_rows import ExampleReader
    from langchain_imessage.datasets.formats._specs import Sink


def describe(
    examples: Any,
    sink: Sink,
    maker: ExampleReader,
    *,
    tokens: Iterable[int],
    division: Division,
    files: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest of a dataset.

    Args:
        examples: What was written; as `prepare` made it, it has a report and settings.
        sink: Who it is for.
        maker: What made the rows, with its counts.
        tokens: Of each row to train on.
        division: Which rows these are.
        files: What the manifest says of the files.
    """
    report = getattr(examples, "report", None)
    known = None if report is None else report.to_dict()
    epochs = default_epochs(files["train"]["examples"])
    audience = getattr(examples, "audience", None)
    counts, reader = maker.counts, maker.reader
    left_out = {reason: n for reason, n in sorted(counts.left_out.items()) if n}
    return {
        "format": FORMAT,
        "package": PACKAGE,
        "version": version(PACKAGE),
        "sink": sink.name,
        "settings": getattr(examples, "settings", {}),
        "source": known and known.get("source"),
        "report": known,
        "system_prompt": _prompt(counts.prompts, known, audience),
        "audience": audience,
        "learned": "last" if counts.learned == {"last"} else "all",
        "files": files,
        "split": division.report,
        "left_out": left_out,
        "shortened": counts.shortened + maker.fitter.shortened,
        "images": {
            "kept": reader.images,
            "left_out": reader.images_left_out + reader.images_of_answers,
        },
        "estimate": {"epochs": epochs, "billed_tokens": billed_tokens(tokens, epochs)},
        "notes": [
            *_notes(sink, division, files),
            *notes_on_rows(sink, counts, reader),
            *notes_on_report(known or {}),
        ],
    }


def _prompt(
    prompts: Sequence[str | None],
    report: Mapping[str, Any] | None,
    audience: Mapping[str, Any] | None,
) -> str | None:
    """Return the system message all examples share, or the one that was asked for.

    What it says of one conversation only is not in it.
    """
    if len(prompts) == 1 and not any((audience or {}).values()):
        return prompts[0]
    prompt: str | None = report.get("system_prompt") if report else None
    return prompt


def _notes(sink: Sink, division: Division, files: Mapping[str, Any]) -> Iterator[str]:
    if division.note:
        yield f"{division.note}."
    if files["train"]["examples"] < sink.min_examples:
        yield f"{sink.name} needs at least {sink.min_examples} examples."
