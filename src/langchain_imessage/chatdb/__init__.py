"""A Messages database → records, lazily, with a ledger; standard library only."""

from langchain_imessage.chatdb._connect import default_path, require_file
from langchain_imessage.chatdb._reader import ChatDatabase, ChatFilter, OnError

__all__ = ["ChatDatabase", "ChatFilter", "OnError", "default_path", "require_file"]
