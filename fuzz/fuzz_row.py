"""Fuzz a whole row: whatever stands in its columns, reading gives messages or our error.

    python fuzz/fuzz_row.py -max_total_time=60

The invariant: nothing but an `IMessageError` escapes, and the ledger's sum is exact.
"""

from __future__ import annotations

import plistlib
import sqlite3
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["langchain_imessage"]):
    from langchain_imessage.chatdb import ChatDatabase
    from langchain_imessage.errors import IMessageError
    from langchain_imessage.records import Reason
    from langchain_imessage.testing import ChatDatabaseWriter, link_payload
    from langchain_imessage.typedstream import AttributedString, Run, dumps

COLUMNS = (
    "text",
    "attributedBody",
    "message_summary_info",
    "associated_message_guid",
    "associated_message_emoji",
    "associated_message_type",
    "item_type",
    "date",
    "date_edited",
    "handle_id",
    "is_from_me",
    "subject",
    "thread_originator_guid",
    "schedule_type",
    "schedule_state",
    "cache_has_attachments",
    "balloon_bundle_id",
    "payload_data",
)
"""The columns a row is read by."""

FOLDER = Path(tempfile.mkdtemp(prefix="langchain-imessage-fuzz-"))
DATABASE = FOLDER / "chat.db"
BODY = dumps(
    AttributedString(
        text="seed",
        runs=(Run(length=4, attributes={"__kIMMessagePartAttributeName": 0}),),
    )
)
SUMMARY = plistlib.dumps(
    {"ec": {"0": [{"t": BODY, "d": 1.5}]}, "rp": [1]}, fmt=plistlib.FMT_BINARY
)
PAYLOAD = link_payload("https://example.com", title="seed", kind="LPMapMetadata")


def make_database() -> list[int]:
    """Write the database whose rows are overwritten, and tell their ROWIDs."""
    with ChatDatabaseWriter(DATABASE) as writer:
        chat = writer.chat(writer.handle("+15550100"))
        rows = [writer.message(chat, "seed", at=800_000_000 + n) for n in range(2)]
    return [row.rowid for row in rows]


ROWIDS = make_database()


def value(data: atheris.FuzzedDataProvider) -> object:
    """Draw a value of any SQLite type."""
    kind = data.ConsumeIntInRange(0, 7)
    if kind == 0:
        return None
    if kind == 1:
        return data.ConsumeIntInRange(-(2**63), 2**63 - 1)
    if kind == 2:  # noqa: PLR2004
        return data.ConsumeIntInRange(0, 4010)
    if kind == 3:  # noqa: PLR2004
        return data.ConsumeFloat()
    if kind == 4:  # noqa: PLR2004
        return data.ConsumeUnicodeNoSurrogates(200)
    seed = (BODY, SUMMARY, PAYLOAD)[kind - 5]
    cut = data.ConsumeIntInRange(0, len(seed))
    damage = data.ConsumeBytes(400)
    # A property list is read from its end, which must stay for what is before to be seen.
    rest = seed[cut + len(damage) :] if data.ConsumeBool() else b""
    return seed[:cut] + damage + rest


def fuzz(blob: bytes) -> None:
    """Overwrite the rows, read them."""
    data = atheris.FuzzedDataProvider(blob)
    connection = sqlite3.connect(DATABASE, isolation_level=None)
    # One transaction, never waited for: a crash of the machine may have this database.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("BEGIN")
    for rowid in ROWIDS:
        for column in COLUMNS:
            if data.ConsumeBool():
                connection.execute(
                    f"UPDATE message SET {column} = ? WHERE ROWID = ?",
                    (value(data), rowid),
                )
    connection.execute("COMMIT")
    connection.close()
    try:
        with ChatDatabase(DATABASE) as database:
            messages = [m for c in database.conversations() for m in c.messages]
            ledger = database.ledger
    except IMessageError:
        return
    if ledger.messages != len(messages) or Reason.NOT_READ in ledger.reasons:
        raise AssertionError("a row was lost")


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
