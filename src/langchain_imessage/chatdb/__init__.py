"""A Messages database → records, lazily, with a ledger; standard library only."""

from langchain_imessage.chatdb._filters import ChatFilter, ChatNamed
from langchain_imessage.chatdb._read_options import (
    OnError,
    ReadKeywords,
    ReadOptions,
    ReadProgress,
    narrowed,
    options_of,
    takes_options,
)
from langchain_imessage.chatdb._reader import ChatDatabase
from langchain_imessage.chatdb._rereading import Rereading
from langchain_imessage.chatdb.assembly._rendering import (
    ANNOTATIONS,
    REACTION_EMOJI,
    ContentPolicy,
    annotate,
)
from langchain_imessage.chatdb.overview._database_overview import DatabaseOverview
from langchain_imessage.chatdb.people._address_books import ContactsSource
from langchain_imessage.chatdb.sources._connect import default_path
from langchain_imessage.chatdb.sources._several import paths_of
from langchain_imessage.chatdb.sources.backups._backups import (
    attachment_folders,
    require_source,
)
from langchain_imessage.chatdb.sync._fingerprints import Changes, DatabaseState

__all__ = [
    "ANNOTATIONS",
    "REACTION_EMOJI",
    "Changes",
    "ChatDatabase",
    "ChatFilter",
    "ChatNamed",
    "ContactsSource",
    "ContentPolicy",
    "DatabaseOverview",
    "DatabaseState",
    "OnError",
    "ReadKeywords",
    "ReadOptions",
    "ReadProgress",
    "Rereading",
    "annotate",
    "attachment_folders",
    "default_path",
    "narrowed",
    "options_of",
    "paths_of",
    "require_source",
    "takes_options",
]
