"""What another process is told, so that it reads as this one would: the same decisions.

Owns that it goes over whole: people, chats, what is looked up and what time it is. Only
connections cannot be sent; each is opened anew, of the same snapshot.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.sources._connect import open_snapshot
from langchain_imessage.chatdb.sources._connection import Connection
from langchain_imessage.errors import ArgumentValueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.chatdb._conversation_reading import ConversationReader
    from langchain_imessage.chatdb._read_options import OnError
    from langchain_imessage.chatdb.sources._connection import Snapshot
    from langchain_imessage.records import Chat

NOT_SENT = (
    "content is called in other processes, to which this function cannot be sent: give one "
    "that is defined in a module, or leave workers out"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingJob:
    """What is to be read.

    Attributes:
        reader: Reads a conversation.
        chats: The conversations.
        on_error: What to do about a row whose words cannot be read.
    """

    reader: ConversationReader
    chats: Sequence[Chat]
    on_error: OnError


@dataclass(frozen=True, slots=True, kw_only=True)
class SentJob:
    """A job that can be sent.

    Attributes:
        data: It, pickled but for its connections.
        connections: They, in the order of their numbers in it.
    """

    data: bytes
    connections: Sequence[Connection]

    def is_latest(self) -> bool:
        """Return whether a process that has opened it by now reads the same."""
        return all(connection.is_latest() for connection in self.connections)

    def message(self) -> tuple[bytes, list[Snapshot | None]]:
        """Return what is sent."""
        return self.data, [connection.snapshot for connection in self.connections]


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.connections: dict[int, Connection] = {}

    def persistent_id(self, obj: Any) -> int | None:  # type: ignore[explicit-override]
        if not isinstance(obj, Connection):
            return None
        if obj.snapshot is None:
            raise pickle.PicklingError
        self.connections.setdefault(id(obj), obj)
        return [*self.connections].index(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, connections: Sequence[Connection]) -> None:
        super().__init__(file)
        self._connections = connections

    def persistent_load(self, pid: int) -> Connection:  # type: ignore[explicit-override]
        return self._connections[pid]


def sent_job(job: ReadingJob) -> SentJob | None:
    """Return a job that can be sent; None if it cannot.

    It cannot where the files of an encrypted backup are decrypted one by one, or where a
    damaged database can be read in this process alone.
    """
    file = BytesIO()
    pickler = _Pickler(file)
    try:
        pickler.dump(job)
    except Exception:  # noqa: BLE001 - whatever an object of a caller's raises
        return None
    return SentJob(
        data=file.getvalue(), connections=tuple(pickler.connections.values())
    )


def received_job(data: bytes, snapshots: Sequence[Snapshot]) -> ReadingJob:
    """Return a job in the process it was sent to.

    Raises:
        DatabaseError: If a database cannot be opened, or is not what it was.
    """
    connections = [open_snapshot(snapshot) for snapshot in snapshots]
    try:
        found: ReadingJob = _Unpickler(BytesIO(data), connections).load()
    except Exception:  # noqa: BLE001 - as for a function of the program itself
        # Not from it: it may quote what cannot be sent.
        raise ArgumentValueError(NOT_SENT) from None
    return found
