"""A dataset folder → one HTML page to look at before training.

Owns what the page is told: the manifest, what validation finds, and every example. It reads
the files a line at a time and changes none of them. A path of this machine never gets into
the page.
"""

from __future__ import annotations

import json
import re
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from langchain_imessage.arguments import (
    COUNTER,
    DATASET,
    PATH,
    PROGRESS,
    check_arguments,
)
from langchain_imessage.datasets._dataset import Dataset, read_dataset
from langchain_imessage.datasets._example_index import (
    EXAMPLES,
    SIDES,
    ExampleFacts,
    read_facts,
)
from langchain_imessage.datasets._step_count import examples_in, step_counter
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.report._evaluation_figures import evaluation_figures
from langchain_imessage.datasets.report._html_page import new_page
from langchain_imessage.datasets.validation._validate import validate
from langchain_imessage.preparation._pricing import PRICES
from langchain_imessage.transforms import PLACEHOLDER

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from langchain_imessage.datasets.formats._read_rows import Said
    from langchain_imessage.datasets.validation._findings import Finding
    from langchain_imessage.preparation._prepared import Progress

_CHUNK: Final = 500
"""Examples in one element of the page: what has to be held at a time, here and there."""

_LINES_NAMED: Final = 50
"""Lines a finding names; of the others it only says how many there are."""

_MORE: Final = re.compile(r"([\d,]+) more findings of the rule (\S+)")
"""How `validate` counts what it does not name any more."""

_OWN, _UNTRAINED, _REJECTED, _OTHERS = "azru"
"""The first letter of a turn, as `page/data.js` reads it."""

_PRICED: Final = frozenset({"openai", "openai-dpo"})
"""Sinks whose owner bills by the token, at the prices of `PRICES`."""


@check_arguments(dataset=DATASET, path=PATH, count_tokens=COUNTER, progress=PROGRESS)
def write_report(
    dataset: Dataset | str | os.PathLike[str],
    path: str | os.PathLike[str] = "report.html",
    *,
    count_tokens: Callable[[str], int] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write a page that shows a dataset: what is in it, what is not, and what is wrong.

    The page holds every example, so it is as private as the dataset: it is readable by its
    owner only, opens without a server and never touches a network. What is left out on it
    by hand can be downloaded as a decision file, which `prepare(decisions=...)` obeys.
    Where the folder has an `evaluation.json` of what it holds out (`evaluation.save`), its
    figures are on the page, too.

    Args:
        dataset: What `write_dataset` gave, or its folder.
        path: The page to write or to replace; its folder must be there.
        count_tokens: Counts the tokens of a text, for validation; as for `validate`.
        progress: Called after each step with how many are done, and how many there are:
            each example is checked, then put on the page.

    Returns:
        Where the page is.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        OSError: If a file cannot be read or written.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> from langchain_imessage.datasets import write_dataset
        >>> talk = {"messages": [HumanMessage("Lunch?"), AIMessage("Gladly.")]}
        >>> dataset = write_dataset([talk], "dataset", validation=0)
        >>> write_report(dataset, "report.html").name
        'report.html'
    """
    found = dataset if isinstance(dataset, Dataset) else read_dataset(dataset)
    files = [found.train, *filter(None, [found.validation])]
    number = examples_in(found.manifest)
    step = step_counter(progress, None if number is None else 2 * number)
    findings = validate(
        found.folder,
        found.sink,
        count_tokens=count_tokens,
        progress=lambda _done, _total: step(),
    )
    with new_page(Path(path)) as put:
        put("overview-data", _overview(found, findings))
        known = _facts(found, findings)
        examples = (
            row
            for split, (side, file) in enumerate(zip(SIDES, files, strict=False))
            for row in _rows(file, split, known.get(side, ()))
        )
        while some := list(islice(examples, _CHUNK)):
            put(".chunk", _chunk(some))
            for _ in some:
                step()
    return Path(path)


def _overview(dataset: Dataset, findings: Iterable[Finding]) -> Any:
    manifest = dict(dataset.manifest)
    return {
        "manifest": manifest,
        "digest": manifest["files"]["train"]["sha256"],
        "findings": _grouped(findings),
        "likeness": evaluation_figures(dataset.folder, manifest),
        "placeholder": PLACEHOLDER.pattern,
        "prices": [
            [model, price.per_million, price.last_day.isoformat()]
            for model, price in PRICES.items()
            if dataset.sink in _PRICED
        ],
    }


def _grouped(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Make the findings of one rule in one file one, errors first."""
    groups: dict[tuple[str, str, str, bool], dict[str, Any]] = {}
    for finding in findings:
        file, more = finding.path.name, _MORE.fullmatch(finding.message)
        rule = more[2] if more else finding.rule
        # What is wrong with a line differs by its figures; with a file, altogether.
        about = "" if more or finding.line is not None else finding.message
        key = (file, rule, about, finding.is_error)
        if more and key not in groups:
            key = (file, rule, about, False)
        group = groups.setdefault(key, _group(finding, rule))
        group["count"] += int(more[1].replace(",", "")) if more else 1
        if finding.line is not None and len(group["lines"]) < _LINES_NAMED:
            group["lines"].append(finding.line)
    return sorted(groups.values(), key=lambda group: not group["error"])


def _group(finding: Finding, rule: str) -> dict[str, Any]:
    return {
        "file": finding.path.name,
        "rule": rule,
        "message": finding.message,
        "remedy": finding.remedy,
        "error": finding.is_error,
        "lines": [],
        "count": 0,
    }


def _facts(
    dataset: Dataset, findings: Iterable[Finding]
) -> dict[str, list[ExampleFacts]]:
    """Return what is known of each row, by side; of a file that was changed, nothing."""
    if any(finding.rule in {"changed", "missing"} for finding in findings):
        return {}
    known: dict[str, list[ExampleFacts]] = {}
    for side, facts in read_facts(dataset.folder / EXAMPLES):
        known.setdefault(side, []).append(facts)
    return known


class _Row(NamedTuple):
    """A row as the page is to show it."""

    split: int
    facts: ExampleFacts | None
    said: list[Said]


def _rows(path: Path, split: int, facts: Iterable[ExampleFacts]) -> Iterator[_Row]:
    """Read what is said in each line; in one that cannot be read, nothing."""
    with path.open("rb") as file:
        for line, known in zip(file, chain(facts, repeat(None))):  # noqa: B905 - endless
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            yield _Row(split, known, said_in(row))


def _chunk(rows: Iterable[_Row]) -> dict[str, Any]:
    """Put examples into the form `page/data.js` reads."""
    systems: dict[str, int] = {}
    examples: list[list[Any]] = []
    for split, facts, said in rows:
        prompt = "\n\n".join(one.text for one in said if one.role == "system")
        turns = [one for one in said if one.role != "system"]
        system = systems.setdefault(prompt, len(systems)) if prompt else -1
        known = facts.id if facts and turns else ""
        examples.append([known, split, system, _about(facts), *map(_turn, turns)])
    return {"systems": list(systems), "examples": examples}


def _about(facts: ExampleFacts | None) -> list[Any] | None:
    """Return when a row is from, and whose it is."""
    if facts is None:
        return None
    return [facts.first, facts.last, facts.chat, facts.title, list(facts.people)]


def _turn(said: Said) -> str | list[str]:
    whose = _OTHERS
    if said.role == "assistant":
        whose = _OWN if said.is_trained else _UNTRAINED
    if said.is_rejected:
        whose = _REJECTED
    return [whose + said.text, said.name] if said.name else whose + said.text
