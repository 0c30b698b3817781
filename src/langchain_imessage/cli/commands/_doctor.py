"""`doctor`: what a database is, what it can hold, where every row went, what to do."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import typer

from langchain_imessage.chatdb import ChatDatabase, default_path
from langchain_imessage.cli.commands._options import (
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathArgument,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.records import Reason
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from pathlib import Path

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
    path: PathArgument = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a database, and explain where each of its rows goes."""
    source = path or default_path()
    with ChatDatabase(path, password=password, contacts=contacts) as database:
        for _ in tracked(
            database.conversations(), "Reading", total=len(database.chats)
        ):
            pass
        report = _report(source, database)
    if as_json:
        printing.print_json(report)
    else:
        _print(report, database.ledger)
    if report["undecodable"]:
        raise typer.Exit(Exit.INCOMPLETE)


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
        "contact_conflicts": database.contact_conflicts,
        "advice": [f"{reason}: {_ADVICE[reason]}" for reason in _advised(ledger)],
    }


def _advised(ledger: Ledger) -> list[Reason]:
    return [reason for reason in _ADVICE if ledger.reasons.get(reason)]


def _print(report: dict[str, Any], ledger: Ledger) -> None:
    size = f", {report['megabytes']} MB" if report["megabytes"] else ""
    printing.write(f"{safe_line(report['path'])} ({report['kind']}{size})")
    printing.write(_headline(report))
    missing = [feature for feature, there in report["holds"].items() if not there]
    if missing:
        names = ", ".join(missing)
        printing.write(f"Not in this version of the database: {names}")
    extras = [name for name, there in report["extras"].items() if not there]
    if extras:
        printing.write(f"Extras not installed: {', '.join(extras)}")
    printing.write("\nWhere every row went")
    rows = [(reason, f"{count:,}") for reason, count in ledger.reasons.items()]
    counts = [("messages", f"{ledger.messages:,}"), *rows]
    counts.append(("rows in the database", f"{ledger.rows:,}"))
    printing.print_table("", "#rows", rows=counts)
    _print_findings(report)


def _headline(report: dict[str, Any]) -> str:
    conversations = printing.count(report["conversations"], "conversation")
    groups = printing.count(report["groups"], "group")
    services = safe_line(", ".join(report["services"])) or "no service named"
    return f"{conversations} ({groups}); {services}"


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
