"""`prepare`: conversations → a dataset, and a report of where each message went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    AfterOption,
    BeforeOption,
    ChatsOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    PeopleOption,
    SenderOption,
    SinkOption,
    WorkersOption,
    one_of,
    parse_folder,
    parse_gap,
    parse_region,
    source_of,
)
from langchain_imessage.cli.commands.making._dataset_making import make_dataset
from langchain_imessage.cli.commands.making._dataset_summary import (
    as_plain,
    print_summary,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit

if TYPE_CHECKING:
    from langchain_imessage.datasets import Dataset
    from langchain_imessage.preparation import Prepared
    from langchain_imessage.transforms import Redactor


def prepare(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", parser=parse_folder, metavar="FOLDER", help="Where to write."
        ),
    ] = Path("dataset"),
    sink: SinkOption = "openai",
    sender: SenderOption = "Me",
    chats: ChatsOption = None,
    people: PeopleOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    validation: Annotated[
        float,
        typer.Option(
            min=0,
            max=0.9,
            metavar="SHARE",
            help="Hold out this share for validation: the latest.",
        ),
    ] = 0.1,
    gap: Annotated[
        Any,  # a timedelta, or "auto"
        typer.Option(
            parser=parse_gap,
            metavar="MINUTES",
            help="A pause this long starts a new segment; auto finds the length.",
        ),
    ] = "auto",
    groups: Annotated[
        str,
        typer.Option(
            parser=one_of("name", "drop", "field"),
            metavar="GROUPS",
            help="Name the speakers of groups in the text (name) or in a field, or drop groups.",
        ),
    ] = "name",
    windows: Annotated[
        str,
        typer.Option(
            parser=one_of("conversation", "answer"),
            metavar="WINDOWS",
            help="One example per conversation or per answer.",
        ),
    ] = "conversation",
    max_tokens: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Maximum number of tokens in an example.",
            show_default=False,
        ),
    ] = None,
    max_per_contact: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Maximum number of examples from a conversation.",
            show_default=False,
        ),
    ] = None,
    system_prompt: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The system prompt of each example; '' for none.",
            show_default=False,
        ),
    ] = None,
    never: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="Leave out a person, an address or a word; repeatable.",
            show_default=False,
        ),
    ] = None,
    relation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERSON[=WHAT]",
            help="Say in the system prompt when you write to this person, and what they "
            "are to you: Ann=sister; repeatable.",
            show_default=False,
        ),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Another name to replace with a placeholder; repeatable.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            parser=parse_region,
            metavar="COUNTRY",
            help="Country of phone numbers without a country code: US, DE, ...",
            show_default=False,
        ),
    ] = None,
    vault: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Save what the placeholders stand for; an existing file is continued.",
            show_default=False,
        ),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Decision file saved from the dataset report.",
            show_default=False,
        ),
    ] = None,
    workers: WorkersOption = 1,
    *,
    redact: Annotated[
        bool,
        typer.Option(help="Replace names, numbers and addresses with placeholders."),
    ] = True,
    reactions: Annotated[
        bool, typer.Option("--reactions", help="Weight answers by their tapbacks.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a training dataset of conversations.

    Private details are replaced by placeholders, long conversations cut to size, and
    the files checked by the rules of their trainer.
    """
    _check(vault, redact=redact, given={"names": names, "region": region})
    choices: dict[str, Any] = {
        "sender": sender,
        "gap": gap,
        "groups": groups,
        "windows": windows,
        "max_per_contact": max_per_contact,
        "never": never or (),
        "people": _relations(relation or []),
        "decisions": decisions,
        "reactions": reactions,
        "workers": workers,
    }
    if not redact:
        choices["redactor"] = None
    elif names or vault or region:
        choices["redactor"] = _redactor(vault, never=never, names=names, region=region)
    if system_prompt is not None:
        choices["system_prompt"] = system_prompt or None
    source: dict[str, Any] = {"path": source_of(paths), "password": password}
    source |= {"contacts": contacts, "chats": chats, "people": people}
    source |= {"after": after, "before": before}
    sizes: dict[str, Any] = {"validation": validation, "max_tokens": max_tokens}
    dataset, prepared = make_dataset(source, choices, out=out, sink=sink, **sizes)
    if vault is not None:
        _keep(vault, prepared)
    _finish(dataset, as_json=as_json)


def _relations(given: list[str]) -> dict[str, str]:
    """Return who may be named in the system prompt, and what each is to the owner."""
    parts = [one.partition("=") for one in given]
    if not all(person.strip() for person, _, _ in parts):
        raise typer.BadParameter("--relation needs a person: Ann=sister, or Ann.")
    return {person.strip(): what.strip() for person, _, what in parts}


def _check(vault: Path | None, *, redact: bool, given: dict[str, object]) -> None:
    """Refuse options of the redaction without one, and a vault that cannot be kept."""
    for name, value in {"vault": vault, **given}.items():
        if value and not redact:
            raise typer.BadParameter(f"--{name} has no effect with --no-redact.")
    if vault and not vault.absolute().parent.is_dir():
        raise typer.BadParameter("The folder of the --vault file does not exist.")


def _redactor(
    vault: Path | None,
    *,
    never: list[str] | None,
    names: list[str] | None,
    region: str | None,
) -> Redactor:
    from langchain_imessage.preparation import read_vault  # noqa: PLC0415
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415

    known = read_vault(vault) if vault and vault.exists() else None
    return Redactor(never=never or (), names=names or (), region=region, vault=known)


def _keep(path: Path, prepared: Prepared) -> None:
    from langchain_imessage.preparation import write_vault  # noqa: PLC0415
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415

    if isinstance(prepared.redactor, Redactor):
        write_vault(prepared.redactor.vault, path)


def _finish(dataset: Dataset, *, as_json: bool) -> None:
    """Check what was written as its trainer will, and print it."""
    from langchain_imessage.datasets import validate  # noqa: PLC0415

    findings = validate(dataset.folder, dataset.sink)
    if as_json:
        printing.print_json(as_plain(dataset, findings))
    else:
        print_summary(dataset, findings)
    if any(finding.is_error for finding in findings) or _has_unmatched(dataset):
        raise typer.Exit(Exit.INCOMPLETE)


def _has_unmatched(dataset: Dataset) -> bool:
    """Return whether there are decisions or opt-outs that matched nothing."""
    report = dataset.manifest["report"]
    decisions, opt_outs = report["decisions"], report["opt_outs"]
    return bool(
        decisions["matched"] < decisions["vetoed"]
        or opt_outs["matched"] < opt_outs["entries"]
    )
