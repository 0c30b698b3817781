"""`doctor`: what was found, what it can hold, where every row went, and what to do."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import typer

from langchain_imessage.chatdb import default_path
from langchain_imessage.cli import _output as output
from langchain_imessage.cli._source import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathArgument,
    open_database,
)
from langchain_imessage.records import Reason

if TYPE_CHECKING:
    from pathlib import Path

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
    "images": "pillow_heif",
}
_ADVICE = {
    Reason.NOT_READ: "The database is damaged: its tables and indexes do not agree. "
    "Recover what is left: sqlite3 chat.db .recover | sqlite3 recovered.db",
    Reason.UNDECODABLE: "Their bodies are damaged and no other column has their words. "
    "A backup from before may have them whole.",
    Reason.NO_CHAT: "They belong to no conversation, as a few per cent do in most "
    "databases: Messages does not show them either.",
    Reason.DELETED: "They are in Recently Deleted; Messages can still restore them.",
    Reason.SCHEDULED: "They are still waiting to be sent.",
    Reason.ATTACHMENT_ONLY: "Pictures and files without words. "
    'content="annotated" names them, images="inline" shows pictures to vision models.',
}


def doctor(
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Look a database over: what it holds, where every row goes, and what to do."""
    with output.errors():
        source = path or default_path()
        with open_database(path, password, contacts) as database:
            _read(database)
            report = _report(source, database)
    if as_json:
        output.print_json(report)
    else:
        _print(report, database.ledger)
    if report["undecodable"]:
        raise typer.Exit(output.Exit.INCOMPLETE)


def _read(database: ChatDatabase) -> None:
    reading = output.progress(
        database.conversations(), "Reading", total=len(database.chats)
    )
    for _ in reading:
        pass


def _report(source: Path, database: ChatDatabase) -> dict[str, Any]:
    ledger = database.ledger
    chats = database.chats
    return {
        "path": str(source),
        "kind": "iPhone backup" if source.is_dir() else "database",
        "megabytes": round(source.stat().st_size / 1e6, 1)
        if source.is_file()
        else None,
        "conversations": len(chats),
        "groups": sum(chat.is_group for chat in chats),
        "services": sorted({service for chat in chats for service in chat.services}),
        "holds": {
            feature: database.capabilities.has(table, column)
            for feature, (table, column) in _FEATURES.items()
        },
        "extras": {
            name: find_spec(package) is not None for name, package in _EXTRAS.items()
        },
        "rows": ledger.rows,
        "messages": ledger.messages,
        "reasons": {reason.value: count for reason, count in ledger.reasons.items()},
        "salvaged": ledger.salvaged,
        "senderless": ledger.senderless,
        "undecodable": list(ledger.undecodable),
        "advice": [f"{reason}: {_ADVICE[reason]}" for reason in _advised(ledger)],
    }


def _advised(ledger: Ledger) -> list[Reason]:
    return [reason for reason in _ADVICE if ledger.reasons.get(reason)]


def _print(report: dict[str, Any], ledger: Ledger) -> None:
    out = output.out()
    size = f", {report['megabytes']} MB" if report["megabytes"] else ""
    out.print(f"{report['path']} ({report['kind']}{size})")
    services = ", ".join(report["services"]) or "no service named"
    out.print(
        f"{output.count(report['conversations'], 'conversation')}, "
        f"{output.count(report['groups'], 'group')} among them; "
        f"{output.printable(services)}"
    )
    missing = [feature for feature, there in report["holds"].items() if not there]
    out.print(f"Too old for: {', '.join(missing)}" if missing else "Holds all there is")
    extras = [name for name, there in report["extras"].items() if not there]
    if extras:
        out.print(f"Not installed: the extras {', '.join(extras)}")
    out.print()
    rows = [(reason, f"{count:,}") for reason, count in ledger.reasons.items()]
    counts = [("messages", f"{ledger.messages:,}"), *rows]
    counts.append(("rows in the database", f"{ledger.rows:,}"))
    out.print(output.table("Where every row went", "", "#rows", rows=counts))
    _print_findings(report)


def _print_findings(report: dict[str, Any]) -> None:
    out = output.out()
    if report["salvaged"]:
        out.print(f"\n{report['salvaged']} damaged bodies still gave their words.")
    if report["senderless"]:
        out.print(f"\nNobody can be named as the sender of {report['senderless']}.")
    if report["undecodable"]:
        rows = ", ".join(map(str, report["undecodable"]))
        out.print(f"\nUndecodable rows, by ROWID: {rows}")
    for advice in report["advice"]:
        out.print(f"\n{advice}")
    if sys.platform == "darwin":
        out.print("\nThis app may read the database: Full Disk Access is granted.")
