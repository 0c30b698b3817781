"""What `doctor --rows` adds: where every row went, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._progress_bar import tracked
from langchain_imessage.records import Reason
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_imessage.chatdb import ChatDatabase
    from langchain_imessage.records import Ledger

_ADVICE: Final = {
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


def read_rows(
    database: ChatDatabase, sources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Read every message, and return where each row went.

    Args:
        database: The database, open.
        sources: What is known of each, where there are several.
    """
    reading = tracked(database.conversations(), "Reading", total=len(database.chats))
    for _ in reading:
        pass
    ledger = database.ledger
    return {
        **_counts(ledger),
        "sources": [
            {**about, **_counts(part)}
            for about, part in zip(sources, ledger.sources, strict=False)
        ],
        "salvaged": ledger.salvaged,
        "senderless": ledger.senderless,
        "undecodable": list(ledger.undecodable),
        "advice": [
            f"{reason}: {advice}"
            for reason, advice in _ADVICE.items()
            if ledger.reasons.get(reason)
        ],
    }


def _counts(ledger: Ledger) -> dict[str, Any]:
    """Return a ledger's counts, as JSON takes them."""
    return {
        "rows": ledger.rows,
        "messages": ledger.messages,
        "reasons": {reason.value: count for reason, count in ledger.reasons.items()},
    }


def print_rows(report: dict[str, Any], ledger: Ledger, names: list[str]) -> None:
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
    if salvaged := report["salvaged"]:
        bodies = printing.count(salvaged, "damaged body", "damaged bodies")
        printing.write(f"\nText recovered from {bodies}.")
    if senderless := report["senderless"]:
        printing.write(f"\nUnknown sender: {printing.count(senderless, 'message')}.")
    if report["undecodable"]:
        numbers = ", ".join(map(str, report["undecodable"]))
        printing.write(f"\nUndecodable rows, by ROWID: {numbers}")
    for advice in report["advice"]:
        printing.write(f"\n{advice}")
