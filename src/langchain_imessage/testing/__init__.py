"""Messages databases to test and to try with: any era's, row by row, with their truth.

Example:
    >>> from langchain_imessage import IMessageChatLoader
    >>> sessions = IMessageChatLoader(write_sample("chat.db")).load()
    >>> len(sessions)
    10
"""

from langchain_imessage.testing._bodies import archive_body
from langchain_imessage.testing._download import download_drive_file
from langchain_imessage.testing._files import File
from langchain_imessage.testing._large import write_large_database
from langchain_imessage.testing._payloads import (
    LINK,
    POLL,
    app_payload,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)
from langchain_imessage.testing._sample import write_sample
from langchain_imessage.testing._schemas import ERAS
from langchain_imessage.testing._truth import TrueRow, Written
from langchain_imessage.testing._writer import (
    DIRECT,
    GROUP,
    ChatDatabaseWriter,
)

__all__ = [
    "DIRECT",
    "ERAS",
    "GROUP",
    "LINK",
    "POLL",
    "ChatDatabaseWriter",
    "File",
    "TrueRow",
    "Written",
    "app_payload",
    "archive_body",
    "download_drive_file",
    "extension",
    "link_payload",
    "poll_payload",
    "vote_payload",
    "write_large_database",
    "write_sample",
]
