"""A path → a reader of the database there; loads the address book that belongs to it.

Owns which parts of the options a reader needs. What is opened is closed by the caller's
stack.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.chatdb._filters import wanted
from langchain_imessage.chatdb.databases._source_reader import SourceReader
from langchain_imessage.chatdb.people._address_books import load_cards
from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.chatdb.sources._attachment_paths import AttachmentFiles
from langchain_imessage.chatdb.sources._connect import connect
from langchain_imessage.chatdb.sources.backups._backups import (
    attachment_folders,
    opened,
)
from langchain_imessage.chatdb.sync._marks import SOURCE_BITS
from langchain_imessage.errors import DatabaseError
from langchain_imessage.files import shown
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX

if TYPE_CHECKING:
    from contextlib import ExitStack
    from sqlite3 import Connection

    from langchain_imessage.chatdb._read_options import ReadOptions
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.sync._fingerprints import Fingerprint


def open_source(
    path: Path,
    options: ReadOptions,
    cards: list[Card],
    resources: ExitStack,
    *,
    is_alone: bool,
    before: Fingerprint | None,
) -> SourceReader:
    """Open one database, or the one of a backup.

    Args:
        path: Where it is.
        options: How it is read.
        cards: Where the cards of its address book are added, each once.
        resources: Closes what is opened.
        is_alone: Whether no other database is read with it.
        before: What it looked like earlier, if that is known.

    Raises:
        DatabaseError: If it cannot be opened, or is no Messages database.
    """
    attachments = Path(options.attachments) if options.attachments else None
    source = resources.enter_context(
        opened(path, password=options.password, attachments=attachments)
    )
    found = load_cards(options.contacts, address_book=source.address_book)
    cards += [card for card in found if card not in cards]
    connection = resources.enter_context(
        connect(source.database, is_copy=source.is_copy, is_shared=options.workers > 1)
    )
    with translated_errors(path):
        reader = SourceReader(
            connection,
            files=AttachmentFiles(source.locate, attachment_folders(path, attachments)),
            now=int(time.time()) - APPLE_EPOCH_UNIX,
            wanted=wanted(
                after=options.after, before=options.before, services=options.services
            ),
            before=before,
        )
        if not is_alone:
            _require_usual_numbers(connection, path)
    return reader


def _require_usual_numbers(connection: Connection, path: Path) -> None:
    """Refuse a database whose rows could not be told from those of another one.

    Raises:
        DatabaseError: If a message has a ROWID that Messages gives none.
    """
    sql = "SELECT (SELECT min(ROWID) FROM message), (SELECT max(ROWID) FROM message)"
    least, most = connection.execute(sql).fetchone()
    if least is not None and not 0 <= least <= most < 1 << SOURCE_BITS:
        raise DatabaseError(
            f"{shown(path)} has a message with a ROWID that Messages gives none: it "
            "cannot be read together with other databases. Read it alone."
        )
