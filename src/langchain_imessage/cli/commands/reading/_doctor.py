"""`doctor`: what a database is and can hold, who is named, what to do next.

Reads no message for it, but with `--rows`.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    source_of,
)
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.commands.reading._row_report import (
    print_rows,
    read_rows,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit
from langchain_imessage.terminal import safe_line, shell_quoted
from langchain_imessage.timestamps import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.chatdb import ChatDatabase
    from langchain_imessage.records import Ledger

_FEATURES = {
    "bodies": ("message", "attributedBody"),
    "tapbacks": ("message", "associated_message_type"),
    "apps and links": ("message", "payload_data"),
    "replies": ("message", "thread_originator_guid"),
    "edits and unsending": ("message", "date_edited"),
    "emoji tapbacks": ("message", "associated_message_emoji"),
    "Send Later": ("message", "schedule_type"),
    "recently deleted": ("chat_recoverable_message_join", "message_id"),
    "attachments": ("attachment", "guid"),
    "people across addresses": ("handle", "person_centric_id"),
}
_EXTRAS = {
    "contacts": "phonenumbers",
    "backup": "iphone_backup_decrypt",
    "images": "PIL",
}
_NEXT = {
    "chats": ("", "all conversations"),
    "search birthday": ("", "messages by their words"),
    "stats": ("", "who, when, how much"),
    "export": (" --format html", "pages to read"),
    "prepare": ("", "a dataset to train on"),
    "doctor": (" --rows", "where every row goes"),
}
"""What can be done next: options, and what comes of it. `doctor --rows` offers all but
itself, the last."""


def doctor(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    rows: Annotated[
        bool,
        typer.Option(
            "--rows", help="Also read every message, and show what becomes of each row."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a database contains, and what to do next."""
    from langchain_imessage.chatdb import ChatDatabase, default_path  # noqa: PLC0415

    def examine(names: str | None) -> tuple[dict[str, Any], Ledger | None]:
        with ChatDatabase(
            source_of(paths), password=password, contacts=names
        ) as database:
            report = _report(paths or [default_path()], database)
            if not rows:
                return report, None
            report |= read_rows(database, report["sources"])
            return {**report, "next": report["next"][:-1]}, database.ledger

    report, ledger = with_found_names(examine, contacts)
    if as_json:
        printing.print_json(report)
    else:
        _print(report, ledger)
    if report.get("undecodable"):
        raise typer.Exit(Exit.INCOMPLETE)


def _report(paths: list[Path], database: ChatDatabase) -> dict[str, Any]:
    overview = database.overview()
    chats = database.chats
    return {
        **_about(paths[0]),
        "path": ", ".join(map(str, paths)),
        "sources": [
            {**_about(path), "rows": part.rows}
            for path, part in zip(paths, overview.sources, strict=False)
        ],
        "conversations": len(chats),
        "groups": sum(chat.is_group for chat in chats),
        "services": sorted({service for chat in chats for service in chat.services}),
        "first": overview.first,
        "last": overview.last,
        "rows": overview.rows,
        "own": overview.own,
        "reactions": overview.reactions,
        "events": overview.events,
        **_people(database),
        "contact_conflicts": database.contact_conflicts,
        "holds": {
            feature: database.capabilities.has(table, column)
            for feature, (table, column) in _FEATURES.items()
        },
        "extras": {
            name: find_spec(package) is not None for name, package in _EXTRAS.items()
        },
        "local_training": _local_training(),
        "next": list(_commands(" ".join(map(shell_quoted, paths)))),
    }


def _people(database: ChatDatabase) -> dict[str, int]:
    """Count who is in the conversations, and whom an address book names."""
    handles = {handle for chat in database.chats for handle in chat.handles}
    names = {
        person: name
        for chat in database.chats
        for person, name in zip(chat.persons, chat.participants, strict=False)
    }
    return {
        "people": len(names),
        "named": sum(name not in handles for name in names.values()),
        "contacts": len(database.contact_names),
    }


def _commands(quoted: str) -> Iterator[str]:
    for command, (options, _) in _NEXT.items():
        yield f"langchain-imessage {command} {quoted}{options}"


def _local_training() -> dict[str, str | None] | None:
    """Return the BLAS that a training uses; None where it needs none, or there is no MLX."""
    if sys.platform != "linux" or find_spec("mlx") is None:
        return None
    from langchain_imessage.finetuning.local.processes._blas import (  # noqa: PLC0415
        INSTALL_HINT,
        find_blas,
    )

    blas = find_blas()
    return {
        "blas": blas.library if blas else None,
        "from": blas.origin if blas else None,
        "advice": None if blas else INSTALL_HINT,
    }


def _about(path: Path) -> dict[str, Any]:
    is_file = path.is_file()
    return {
        "path": str(path),
        "kind": "iPhone backup" if path.is_dir() else "database",
        "megabytes": round(path.stat().st_size / 1e6, 1) if is_file else None,
    }


def _print(report: dict[str, Any], ledger: Ledger | None) -> None:
    for about in report["sources"] or [report]:
        size = f", {about['megabytes']} MB" if about["megabytes"] else ""
        printing.write(f"{safe_line(about['path'])} ({about['kind']}{size})")
    printing.write(_headline(report))
    printing.write(_names(report))
    missing = [feature for feature, there in report["holds"].items() if not there]
    if missing:
        names = ", ".join(missing)
        printing.write(f"Not in this version of the database: {names}")
    extras = [name for name, there in report["extras"].items() if not there]
    if extras:
        printing.write(f"Extras not installed: {', '.join(extras)}")
    if training := report["local_training"]:
        printing.write(_blas_line(training))
    if sys.platform == "darwin":
        printing.write("Full Disk Access: granted to this app.")
    if ledger is not None:
        print_rows(
            report, ledger, [Path(one["path"]).name for one in report["sources"]]
        )
    printing.write("\nNext")
    width = max(map(len, report["next"]))
    for command, (_, comes) in zip(report["next"], _NEXT.values(), strict=False):
        printing.write(f"{command:<{width}}  # {comes}")


def _blas_line(training: dict[str, str | None]) -> str:
    if training["blas"] is None:
        return (
            "Local training: no OpenBLAS found; without it training is many times slower. "
            f"Install one: {training['advice']}"
        )
    name = safe_line(Path(training["blas"]).name)
    return f"Local training: with OpenBLAS ({name}, of the {training['from']})"


def _headline(report: dict[str, Any]) -> str:
    conversations = printing.count(report["conversations"], "conversation")
    groups = printing.count(report["groups"], "group")
    services = safe_line(", ".join(report["services"])) or "no service named"
    words = f"{conversations} ({groups}); {services}"
    if report["first"]:
        first, last = map(local_time, (report["first"], report["last"]))
        words += f"; {first.date()} to {last.date()}"
    rest = report["rows"] - report["reactions"] - report["events"]
    reactions = printing.count(report["reactions"], "reaction")
    events = printing.count(report["events"], "event")
    rows = printing.count(report["rows"], "row")
    return f"{words}\n{rows}: {rest:,} messages and attachments, {reactions}, {events}"


def _names(report: dict[str, Any]) -> str:
    people = printing.count(report["people"], "person", "people")
    if not report["contacts"]:
        return f"{people}; no address book found: --contacts FILE names them"
    contacts = printing.count(report["contacts"], "contact")
    words = f"{people}, {report['named']:,} of them named by {contacts}"
    if conflicts := report["contact_conflicts"]:
        addresses = printing.count(conflicts, "address", "addresses")
        words += (
            f"\n{addresses} on the contact cards of several people: named as on the card "
            "changed last, and not taken for any of them."
        )
    return words
