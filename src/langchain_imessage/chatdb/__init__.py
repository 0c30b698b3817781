"""A Messages database → records, lazily, with a ledger; standard library only."""

from langchain_imessage.chatdb._backups import require_source
from langchain_imessage.chatdb._connect import default_path
from langchain_imessage.chatdb._contacts import ContactsSource
from langchain_imessage.chatdb._content import ANNOTATIONS, ContentPolicy, annotate
from langchain_imessage.chatdb._filters import ChatFilter
from langchain_imessage.chatdb._reader import ChatDatabase, OnError

__all__ = [
    "ANNOTATIONS",
    "ChatDatabase",
    "ChatFilter",
    "ContactsSource",
    "ContentPolicy",
    "OnError",
    "annotate",
    "default_path",
    "require_source",
]
