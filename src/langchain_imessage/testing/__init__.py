"""Messages databases to test and to try with: any era's, row by row, with their truth.

Example:
    >>> from langchain_imessage import IMessageChatLoader
    >>> sessions = IMessageChatLoader(write_sample("chat.db")).load()
    >>> len(sessions)
    10
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from langchain_imessage.testing._faults import Fault
    from langchain_imessage.testing._finetuning_desk import RecordedRequest
    from langchain_imessage.testing._finetuning_server import FineTuningServer
    from langchain_imessage.testing._parrot import Parrot

__all__ = [
    "DIRECT",
    "ERAS",
    "GROUP",
    "LINK",
    "POLL",
    "ChatDatabaseWriter",
    "Fault",
    "File",
    "FineTuningServer",
    "Parrot",
    "RecordedRequest",
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

_LAZY = {  # Python's own HTTP server takes 50 ms to import
    "Fault": "_faults",
    "FineTuningServer": "_finetuning_server",
    "Parrot": "_parrot",
    "RecordedRequest": "_finetuning_desk",
}


def __getattr__(name: str) -> Any:
    """Import the server's names when they are first asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
