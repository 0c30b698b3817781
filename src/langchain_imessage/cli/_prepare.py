"""`prepare`: conversations → a dataset, and an account of where each message went."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._source import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathArgument,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets import Dataset, Finding
    from langchain_imessage.preparation import Prepared

_SHOWN = 10
"""Findings named; `validate` names all."""

SinkOption = Annotated[
    str,
    typer.Option(
        help="Who trains: openai, azure, together, fireworks, mistral, mlx, trl, "
        "axolotl, llamafactory, sharegpt, openai-dpo or trl-dpo."
    ),
]


def prepare(
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder to write.")
    ] = Path("dataset"),
    sink: SinkOption = "openai",
    sender: Annotated[str, typer.Option(help="Whose voice is to be learned.")] = "Me",
    after: Annotated[
        datetime | None, typer.Option(help="Only messages from then on.")
    ] = None,
    before: Annotated[
        datetime | None, typer.Option(help="Only messages until then.")
    ] = None,
    validation: Annotated[
        float, typer.Option(min=0, max=0.9, help="The share to hold out, the latest.")
    ] = 0.1,
    gap: Annotated[
        str, typer.Option(help='Minutes of silence that end a segment, or "auto".')
    ] = "auto",
    groups: Annotated[
        str, typer.Option(help="Groups: name the speakers, or drop them.")
    ] = "name",
    windows: Annotated[
        str, typer.Option(help="An example for each conversation, or each answer.")
    ] = "conversation",
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="What an example may have.")
    ] = None,
    max_per_contact: Annotated[
        int | None, typer.Option(min=1, help="Examples of one conversation.")
    ] = None,
    system: Annotated[
        str | None, typer.Option(help="What each example begins with; '' for nothing.")
    ] = None,
    never: Annotated[
        list[str] | None,
        typer.Option(help="A person, an address or a word to leave out; repeatable."),
    ] = None,
    vault: Annotated[
        Path | None, typer.Option(help="Where to keep what can undo the redaction.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="The review page's decision file.")
    ] = None,
    *,
    redact: Annotated[
        bool, typer.Option(help="Replace names, numbers, addresses by placeholders.")
    ] = True,
    reactions: Annotated[
        bool, typer.Option("--reactions", help="Weigh answers by their tapbacks.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of your conversations: redacted, cut to size, checked."""
    with output.errors():
        choices: dict[str, Any] = {
            "sender": sender,
            "gap": _gap(gap),
            "groups": groups,
            "windows": windows,
            "max_per_contact": max_per_contact,
            "never": never or (),
            "decisions": decisions,
            "reactions": reactions,
        }
        if not redact:
            choices["redactor"] = None
        if limit := max_tokens or _most_tokens(sink):
            choices["max_tokens"] = limit
        if system is not None:
            choices["system_prompt"] = system or None
        period = {"after": _aware(after), "before": _aware(before)}
        source = {"path": path, "password": password, "contacts": contacts, **period}
        dataset, prepared = make_dataset(
            source, choices, out=out, sink=sink, validation=validation
        )
        if vault is not None:
            _keep(vault, prepared)
        findings = check(dataset)
    if as_json:
        output.print_json(_report(dataset, findings))
    else:
        _print(dataset, findings)
    if any(finding.is_error for finding in findings):
        raise typer.Exit(output.Exit.INCOMPLETE)


def make_dataset(
    source: dict[str, Any],
    choices: dict[str, Any],
    *,
    out: Path,
    sink: str,
    validation: float = 0.1,
) -> tuple[Dataset, Prepared]:
    """Load, prepare and write, with progress.

    Args:
        source: Arguments of the loader.
        choices: Arguments of `prepare`.
        out: The folder to write.
        sink: Who trains.
        validation: The share to hold out.
    """
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )
    from langchain_imessage.datasets import write_dataset  # noqa: PLC0415
    from langchain_imessage.preparation import prepare as prepare_examples  # noqa: PLC0415

    loader = IMessageChatLoader(source.pop("path"), **source)
    prepared = prepare_examples(loader, **choices)
    dataset = write_dataset(
        cast("Any", _Watched(prepared)), out, sink=sink, validation=validation
    )
    return dataset, prepared


class _Watched:
    """Prepared examples that show on the screen how many there are."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared

    def __iter__(self) -> Iterator[ChatSession]:
        return output.progress(self._prepared, "Preparing")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._prepared, name)


def check(dataset: Dataset) -> list[Finding]:
    """Check what was written, as its trainer will."""
    from langchain_imessage.datasets import validate  # noqa: PLC0415

    return validate(dataset.folder, dataset.sink)


def _keep(path: Path, prepared: Prepared) -> None:
    from langchain_imessage.preparation import write_vault  # noqa: PLC0415
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415

    if isinstance(prepared.redactor, Redactor):
        write_vault(prepared.redactor.vault, path)


def _aware(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone()


def _most_tokens(sink: str) -> int | None:
    """Give a trainer's own limit, where it is below what `prepare` makes."""
    from langchain_imessage.datasets import SINKS  # noqa: PLC0415
    from langchain_imessage.preparation._api import MAX_TOKENS  # noqa: PLC0415

    limit = SINKS[sink].max_tokens if sink in SINKS else None
    return limit if limit is not None and limit < MAX_TOKENS else None


def _gap(words: str) -> timedelta | Literal["auto"]:
    if words == "auto":
        return "auto"
    try:
        return timedelta(minutes=float(words))
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter('--gap is "auto" or a number of minutes') from error


def _report(dataset: Dataset, findings: list[Finding]) -> dict[str, Any]:
    return {
        "folder": str(dataset.folder),
        "manifest": dict(dataset.manifest),
        "findings": [asdict(finding) for finding in findings],
    }


def _print(dataset: Dataset, findings: list[Finding]) -> None:
    out, manifest = output.out(), dataset.manifest
    out.print(_headline(dataset))
    report = manifest["report"]
    out.print()
    rows = [(name, f"{count:,}") for name, count in _account(report)]
    out.print("Where each message went")
    out.print(output.table(None, "", "#messages", rows=rows))
    out.print()
    if report["redactions"]:
        kinds = (f"{count:,} {kind}" for kind, count in report["redactions"].items())
        out.print(f"Replaced by placeholders: {', '.join(kinds)}")
    out.print(_tokens(manifest))
    if report["system_prompt"]:
        out.print(f"Each begins with: {report['system_prompt']}")
    for note in dataset.notes:
        out.print(f"Note: {note}")
    news = [finding for finding in findings if finding.rule != "note"]
    print_findings(news[:_SHOWN])
    if len(news) > _SHOWN:
        out.print(f"And {len(news) - _SHOWN} more: `validate` names all.")
    out.print(f"\nLook at it:  langchain-imessage report {dataset.folder}")
    out.print(f"Train on it: langchain-imessage finetune {dataset.folder}")


def _headline(dataset: Dataset) -> str:
    files, cutoff = dataset.manifest["files"], dataset.manifest["split"]["cutoff"]
    words = f"{output.count(files['train']['examples'], 'example')} to train on"
    if files["validation"]:
        since = f", those since {cutoff[:10]}" if cutoff else ""
        words += f", {files['validation']['examples']:,} held out{since}"
    return f"{dataset.folder} (for {dataset.sink}): {words}"


def _account(report: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        ("in examples", report["kept"]),
        *report["reasons"].items(),
        ("messages", report["messages"]),
    ]


def _tokens(manifest: Any) -> str:
    files = [about for about in manifest["files"].values() if about]
    tokens = sum(about["tokens"] for about in files)
    about = "at most " if manifest["counter"] == "bytes/2" else ""
    estimate = manifest["estimate"]
    return (
        f"{about}{tokens:,} tokens ({manifest['counter']}); "
        f"{estimate['epochs']} epochs would train on {estimate['billed_tokens']:,}"
    )


def print_findings(findings: list[Finding]) -> None:
    """Print findings, a line each."""
    for finding in findings:
        output.out().print(str(finding))
