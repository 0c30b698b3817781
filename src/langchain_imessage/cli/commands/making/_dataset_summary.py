"""Prints a dataset that was written: its figures, its findings and the next steps."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.datasets import Dataset, Finding

_SHOWN = 10
"""Findings named; `validate` names all."""

_PROVIDERS = {
    "openai": "openai",
    "openai-dpo": "openai",
    "azure": "azure",
    "mlx": "local",
}
"""By sink: the provider of `finetune` that trains on it."""

_EXTERNAL = {"fireworks", "together", "tinker", "trl", "axolotl", "llamafactory"}
"""Sinks whose trainer has commands of its own, as `finetuning.next_commands` names."""


def as_plain(dataset: Dataset, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return a dataset and its findings for another program."""
    return {
        "folder": str(dataset.folder),
        "manifest": dict(dataset.manifest),
        "findings": [asdict(finding) for finding in findings],
    }


def print_summary(dataset: Dataset, findings: list[Finding]) -> None:
    """Print a dataset for a person."""
    manifest = dataset.manifest
    report = manifest["report"]
    printing.write(_headline(dataset))
    printing.write("\nWhere each message went")
    rows = [(name, f"{count:,}") for name, count in _counts(report)]
    printing.print_table("", "#messages", rows=rows)
    printing.write(_answers(manifest))
    printing.write()
    if report["redactions"]:
        kinds = (f"{count:,} {kind}" for kind, count in report["redactions"].items())
        printing.write(f"Replaced by placeholders: {', '.join(kinds)}")
    printing.write(_tokens(manifest))
    if report["system_prompt"]:
        printing.write(f"System prompt: {safe_line(report['system_prompt'])}")
    for note in dataset.notes:
        printing.write(f"Note: {safe_line(note)}")
    news = [finding for finding in findings if finding.rule != "note"]
    print_findings(news[:_SHOWN])
    if len(news) > _SHOWN:
        rest = printing.count(len(news) - _SHOWN, "more finding")
        printing.write(f"{rest}: langchain-imessage validate {_path(dataset)}")
    _print_next_steps(dataset, has_errors=any(f.is_error for f in findings))


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, a line each."""
    for finding in findings:
        printing.write(safe_line(finding))


def _headline(dataset: Dataset) -> str:
    files, cutoff = dataset.manifest["files"], dataset.manifest["split"]["cutoff"]
    words = f"{printing.count(files['train']['examples'], 'example')} to train on"
    if files["validation"]:
        since = f", those since {cutoff[:10]}" if cutoff else ""
        words += f", {files['validation']['examples']:,} held out{since}"
    return f"{safe_line(dataset.folder)} (for {dataset.sink}): {words}"


def _counts(report: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        ("in examples", report["kept"]),
        *report["reasons"].items(),
        ("messages", report["messages"]),
    ]


def _answers(manifest: Any) -> str:
    """Return how many answers are in the files, and how many are not and why."""
    learned = sum(about["answers"] for about in manifest["files"].values() if about)
    reasons = manifest["left_out"].items()
    why = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
    lost = f"{sum(manifest['left_out'].values()):,}" + (f" ({why})" if why else "")
    return f"Answers in the files: {learned:,}; left out for {manifest['sink']}: {lost}"


def _tokens(manifest: Any) -> str:
    files = [about for about in manifest["files"].values() if about]
    tokens = printing.count(sum(about["tokens"] for about in files), "token")
    counter = manifest["counter"]
    at_most = "at most " if counter == "bytes/2" else ""
    estimate = manifest["estimate"]
    epochs = printing.count(estimate["epochs"], "epoch")
    return (
        f"{at_most}{tokens} ({safe_line(counter)}); "
        f"{estimate['billed_tokens']:,} to train on in {epochs}"
    )


def _print_next_steps(dataset: Dataset, *, has_errors: bool) -> None:
    """Print commands to paste; none that what was found forbids."""
    from langchain_imessage.finetuning.local.processes._requirements import (  # noqa: PLC0415
        is_supported_platform,
    )

    if has_errors:
        printing.write("\nNot ready to train on: see the errors above.")
    printing.write(f"\nRead it:     langchain-imessage report {_path(dataset)}")
    if has_errors:
        return
    if provider := _PROVIDERS.get(dataset.sink):
        command = f"langchain-imessage finetune {_path(dataset)}"
        named = f"{command} --provider {provider}"
        if dataset.sink == "openai" and is_supported_platform():
            here = f"{command:<{len(named)}}  # on this computer"
            printing.write(f"Train on it: {here}\n             {named}")
        else:
            printing.write(f"Train on it: {named}")
    elif dataset.sink in _EXTERNAL:
        folder = repr(str(dataset.folder))
        code = f"from langchain_imessage.finetuning import next_commands; print(next_commands({folder}))"
        printing.write(f"Train on it: python -c {shell_quoted(code)}")


def _path(dataset: Dataset) -> str:
    return shell_quoted(dataset.folder)
