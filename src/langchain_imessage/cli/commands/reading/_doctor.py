"""`doctor`: what a database is, what it can hold, where every row went, what to do."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from langchain_imessage.chatdb import ChatDatabase, default_path
from langchain_imessage.cli.commands._command_options import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    source_of,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.records import Reason
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from datetime import datetime

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
_ADVICE = {
    Reason.NOT_READ: "The database is damaged: its tables and indexes do not agree. "
    "Recover what is left: sqlite3 chat.db .recover | sqlite3 recovered.db",
    Reason.UNDECODABLE: "Their bodies are damaged, and no other column has their text. "
    "An earlier backup may still have it.",
    Reason.NO_CHAT: "They belong to no conversation, as a few per cent of the rows do in "
    "most databases; Messages does not show them either.",
    Reason.DELETED: "They are in Recently Deleted; Messages can still restore them.",
    Reason.SCHEDULED: "They are still waiting to be sent.",
    Reason.ATTACHMENT_ONLY: "Pictures and files without words; "
    "`export --content annotated` names them.",
}


def doctor(
    paths: PathsArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a database, and explain where each of its rows goes."""
    with ChatDatabase(
        source_of(paths), password=password, contacts=contacts
    ) as database:
        moments = _read(database)
        report = _report(paths or [default_path()], database, moments)
    if as_json:
        printing.print_json(report)
    else:
        _print(report, database.ledger)
    if report["undecodable"]:
        raise typer.Exit(Exit.INCOMPLETE)


def _read(database: ChatDatabase) -> list[datetime]:
    """Read all messages; return the first and the last moment of each conversation."""
    found: list[datetime] = []
    for conversation in tracked(
        database.conversations(), "Reading", total=len(database.chats)
    ):
        moments = [m.sent_at for m in conversation.messages if m.sent_at]
        found += [min(moments), max(moments)] if moments else []
    return found


def _report(
    paths: list[Path], database: ChatDatabase, moments: list[datetime]
) -> dict[str, Any]:
    ledger = database.ledger
    chats = database.chats
    return {
        **_about(paths[0]),
        "path": ", ".join(map(str, paths)),
        "sources": [
            {**_about(path), **_rows(part)}
            for path, part in zip(paths, ledger.sources, strict=False)
        ],
        "conversations": len(chats),
        "groups": sum(chat.is_group for chat in chats),
        "services": sorted({service for chat in chats for service in chat.services}),
        "first": min(moments, default=None),
        "last": max(moments, default=None),
        "contacts": len(database.contact_names),
        "holds": {
            feature: database.capabilities.has(table, column)
            for feature, (table, column) in _FEATURES.items()
        },
        "extras": {
            name: find_spec(package) is not None for name, package in _EXTRAS.items()
        },
        "local_training": _local_training(),
        **_rows(ledger),
        "salvaged": ledger.salvaged,
        "senderless": ledger.senderless,
        "undecodable": list(ledger.undecodable),
        "contact_conflicts": database.contact_conflicts,
        "advice": [f"{reason}: {_ADVICE[reason]}" for reason in _advised(ledger)],
        "next": f"langchain-imessage chats {' '.join(map(shell_quoted, paths))}",
    }


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


def _rows(ledger: Ledger) -> dict[str, Any]:
    return {
        "rows": ledger.rows,
        "messages": ledger.messages,
        "reasons": {reason.value: count for reason, count in ledger.reasons.items()},
    }


def _advised(ledger: Ledger) -> list[Reason]:
    return [reason for reason in _ADVICE if ledger.reasons.get(reason)]


def _print(report: dict[str, Any], ledger: Ledger) -> None:
    for about in report["sources"] or [report]:
        size = f", {about['megabytes']} MB" if about["megabytes"] else ""
        printing.write(f"{safe_line(about['path'])} ({about['kind']}{size})")
    printing.write(_headline(report))
    missing = [feature for feature, there in report["holds"].items() if not there]
    if missing:
        names = ", ".join(missing)
        printing.write(f"Not in this version of the database: {names}")
    extras = [name for name, there in report["extras"].items() if not there]
    if extras:
        printing.write(f"Extras not installed: {', '.join(extras)}")
    if training := report["local_training"]:
        printing.write(_blas_line(training))
    _print_ledger(ledger, [Path(about["path"]).name for about in report["sources"]])
    _print_findings(report)
    printing.write(f"\nNext: {report['next']}")


def _print_ledger(ledger: Ledger, names: list[str]) -> None:
    """Print where every row went; of several databases, also those of each."""
    printing.write("\nWhere every row went")
    parts = [ledger, *ledger.sources]
    columns = ["all", *names] if names else ["rows"]
    rows = [
        (reason, *(f"{part.reasons.get(reason, 0):,}" for part in parts))
        for reason in ledger.reasons
    ]
    counts = [("messages", *(f"{part.messages:,}" for part in parts)), *rows]
    counts.append(("rows in the database", *(f"{part.rows:,}" for part in parts)))
    printing.print_table("", *(f"#{safe_line(name)}" for name in columns), rows=counts)


def _blas_line(training: dict[str, str | None]) -> str:
    if training["blas"] is None:
        return (
            "Local training: without OpenBLAS, and so many times slower than it could be. "
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
        first, last = map(printing.local_time, (report["first"], report["last"]))
        words += f"; {first.date()} to {last.date()}"
    if report["contacts"]:
        words += f"; {printing.count(report['contacts'], 'contact')}"
    return words


def _print_findings(report: dict[str, Any]) -> None:
    if salvaged := report["salvaged"]:
        bodies = printing.count(salvaged, "damaged body", "damaged bodies")
        printing.write(f"\nText recovered from {bodies}.")
    if senderless := report["senderless"]:
        printing.write(f"\nUnknown sender: {printing.count(senderless, 'message')}.")
    if conflicts := report["contact_conflicts"]:
        addresses = printing.count(conflicts, "address", "addresses")
        printing.write(
            f"\n{addresses} on the contact cards of several people: named as on the card "
            "changed last, and not taken for any of them."
        )
    if report["undecodable"]:
        rows = ", ".join(map(str, report["undecodable"]))
        printing.write(f"\nUndecodable rows, by ROWID: {rows}")
    for advice in report["advice"]:
        printing.write(f"\n{advice}")
    if sys.platform == "darwin":
        printing.write("\nFull Disk Access: granted to this app.")
