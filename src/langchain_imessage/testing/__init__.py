"""Messages databases to test and to try with: any era's, row by row, with their truth.

Example:
    >>> from langchain_imessage import IMessageChatLoader
    >>> sessions = IMessageChatLoader(write_sample("chat.db")).load()
    >>> len(sessions)
    10
"""

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names
from langchain_imessage.testing._download import download_drive_file
from langchain_imessage.testing.database._attachment_files import File
from langchain_imessage.testing.database._eras import ERAS
from langchain_imessage.testing.database._rows import DIRECT, GROUP
from langchain_imessage.testing.database._sample import write_sample
from langchain_imessage.testing.database._truth import TrueRow, Written
from langchain_imessage.testing.database._writer import ChatDatabaseWriter
from langchain_imessage.testing.database.blobs._bodies import archive_body
from langchain_imessage.testing.database.blobs._payloads import (
    LINK,
    POLL,
    app_payload,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)
from langchain_imessage.testing.database.large._large_database import (
    write_large_database,
)

if TYPE_CHECKING:
    from langchain_imessage.testing.openai_server._faults import Fault
    from langchain_imessage.testing.openai_server._server import FineTuningServer
    from langchain_imessage.testing.openai_server.learner._parrot import Parrot
    from langchain_imessage.testing.openai_server.requests._request_handler import (
        RecordedRequest,
    )

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

# Python's own HTTP server takes 50 ms to import.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "openai_server._faults": ("Fault",),
        "openai_server._server": ("FineTuningServer",),
        "openai_server.learner._parrot": ("Parrot",),
        "openai_server.requests._request_handler": ("RecordedRequest",),
    },
)
