"""Conversations read, redacted and made turns in another process, to make examples of here.

Owns what is sent to that process and what comes back. One process reads, from one snapshot
of the database, in the order it would be read in here, and gives out the placeholders in
that order; so what comes back is what would have been made here.
"""

from __future__ import annotations

import pickle
import warnings
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.errors import ExportError
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.preparation.steps._pipeline import Pass
from langchain_imessage.preparation.steps._sent_redactor import (
    become,
    can_be_sent,
    extend_vault,
    vault_after,
    vault_size,
)
from langchain_imessage.transforms import Redactor
from langchain_imessage.transforms.messages._fast_construct import (
    ai_message_maker,
    human_message_maker,
)
from langchain_imessage.worker_processes import (
    WorkerProcess,
    pickled,
    received,
    sendable,
    serve,
    write_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.preparation.steps._audience import FoundPeople
    from langchain_imessage.preparation.steps._choices import Choices
    from langchain_imessage.preparation.steps._pass_counts import ReadCounts
    from langchain_imessage.preparation.texts._text_examples import Talk
    from langchain_imessage.records import Ledger
    from langchain_imessage.transforms import Vault
    from langchain_imessage.transforms.messages._session_streams import SessionRuns

_BATCH: Final = 64
"""Segments sent at a time."""

_PLAIN_FIELDS = frozenset({"content", "id", "additional_kwargs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEnd:
    """What is known when all is read.

    Attributes:
        counts: What was counted.
        unmatched: The opt-outs that matched nobody and nothing.
        audience: Who of `people` takes part.
        ledger: Of the loader.
        redactor: What it has become; None if nothing was redacted there.
        warnings: What was warned of, and how.
    """

    counts: ReadCounts
    unmatched: tuple[str, ...]
    audience: FoundPeople
    ledger: Ledger
    redactor: Redactor | None
    warnings: tuple[tuple[str, type[Warning]], ...]


class _Batch(NamedTuple):
    """Some segments, each with how many conversations were read; the placeholders in them."""

    segments: list[tuple[int, Any]]
    vault: Vault | None


class OtherProcess:
    """Reads a loader's conversations in another process.

    Args:
        loader: What to read.
        choices: What was chosen.
        for_rows: Whether the messages need no more than rows are made of.

    Attributes:
        makes_turns: Whether segments are redacted and made turns there, too: a redactor
            that can be sent gives out its placeholders there, in the order it would here.
            Titles of groups are redacted later, between them.
    """

    def __init__(
        self, loader: IMessageChatLoader, choices: Choices, *, for_rows: bool
    ) -> None:
        self._loader = loader
        self._choices = choices
        self._for_rows = for_rows
        redactor = choices.redactor
        self.makes_turns = redactor is None or (
            not choices.group_titles and can_be_sent(redactor)
        )

    def segments(
        self,
        learn: Callable[[], object],
        ended: Callable[[ReadingEnd], object],
        progress: Callable[[int], object],
    ) -> Iterator[ChatSession]:
        """Yield the merged segments of the conversations, turns if `makes_turns`.

        Args:
            learn: Called before: lets the redactor know who takes part.
            ended: Called with what is known when all is read.
            progress: Called with how many conversations have been read.

        Raises:
            ExportError: If the loader cannot be sent to another process, or that ends.
            IMessageError: What reading raised there.
        """
        self._job()  # refused before anything is started
        with closing(_started()) as process:
            learn()  # while it starts
            process.send(self._job())
            while True:
                batch = _received(process.receive)
                if isinstance(batch, BaseException):
                    raise batch
                if isinstance(batch, ReadingEnd):
                    self._end(batch)
                    ended(batch)
                    return
                if batch.vault is not None:
                    extend_vault(self._redactor, batch.vault)
                for read, session in batch.segments:
                    progress(read)
                    yield session

    @property
    def _redactor(self) -> Redactor:
        return cast("Redactor", self._choices.redactor)

    def _end(self, end: ReadingEnd) -> None:
        for message, category in end.warnings:
            warnings.warn(message, category, stacklevel=3)
        if end.redactor is not None:
            become(self._redactor, end.redactor)

    def _job(self) -> bytes:
        choices = self._choices.for_reading(redacts=self.makes_turns)
        job = self._loader, choices, self._for_rows, self.makes_turns
        data = sendable(job)
        if data is None:
            raise ExportError(
                "workers reads in another process, to which this loader cannot be sent: "
                "give it functions that are defined in a module, or leave workers out"
            )
        return data


def _started() -> WorkerProcess:
    try:
        return WorkerProcess(__name__)
    except OSError as error:
        raise ExportError(
            "No process could be started to read the database: leave workers out"
        ) from error


def _received(receive: Callable[[], bytes]) -> Any:
    """Return what was sent; the segments of a batch as they are made here."""
    try:
        data = receive()
    except EOFError:
        raise ExportError("The reading process exited unexpectedly") from None
    with collection_paused():  # once all is there: nothing is waited for meanwhile
        value = pickle.loads(data)  # noqa: S301 - our own process wrote it
        if isinstance(value, _Batch):
            made = [(read, _unpacked(session)) for read, session in value.segments]
            return value._replace(segments=made)
        return value


def _packed(segment: ChatSession | Talk | SessionRuns) -> dict[str, Any]:
    session = cast("ChatSession", segment)  # nothing else is made unless asked for
    return {**session, "messages": [_packed_message(m) for m in session["messages"]]}


def _packed_message(message: BaseMessage) -> Any:
    """Return a message as a tuple, where that says all there is of it."""
    kind = type(message)
    is_plain = (
        (kind is HumanMessage or kind is AIMessage)
        and message.__pydantic_fields_set__ <= _PLAIN_FIELDS
        and not message.__pydantic_extra__
    )
    if not is_plain:
        return message
    there = vars(message)
    return kind is AIMessage, there["content"], there["id"], there["additional_kwargs"]


def _unpacked(session: dict[str, Any]) -> ChatSession:
    make = human_message_maker(), ai_message_maker()
    session["messages"] = [
        make[message[0]](*message[1:]) if type(message) is tuple else message
        for message in session["messages"]
    ]
    return session  # type: ignore[return-value]


class _Reading:
    """The reading of a job, in the process that does it.

    Args:
        job: The loader, what was chosen, whether messages are for rows, and whether turns
            are made.
        output: Where it is written.
    """

    def __init__(
        self, job: tuple[IMessageChatLoader, Choices, bool, bool], output: BinaryIO
    ) -> None:
        self._loader, self._choices, self._for_rows, self._makes_turns = job
        self._output = output
        redactor = self._choices.redactor
        self._redactor = redactor if isinstance(redactor, Redactor) else None
        self._vault_sent = self._vault_size()

    def run(self) -> None:
        """Read, and send what is made, and in the end what is known then."""
        made = Pass(self._choices)
        merge = made.merged_for_rows if self._for_rows else made.merged
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            batch: list[tuple[int, Any]] = []
            segments = merge(self._loader.lazy_load())
            for segment in made.turns(segments) if self._makes_turns else segments:
                batch.append((made.counts.sessions, _packed(segment)))
                if len(batch) == _BATCH:
                    self._send_batch(batch)
                    batch = []
            self._send_batch(batch)
        end = ReadingEnd(
            counts=made.counts.read(),
            unmatched=made.opt_outs.unmatched,
            audience=made.audience.found(),
            ledger=self._loader.ledger,
            redactor=self._redactor,
            warnings=tuple((str(one.message), one.category) for one in caught),
        )
        write_value(pickled(end), self._output)

    def _send_batch(self, batch: list[tuple[int, Any]]) -> None:
        vault = None
        if self._redactor is not None and self._vault_size() != self._vault_sent:
            vault = vault_after(self._redactor, *self._vault_sent)
            self._vault_sent = self._vault_size()
        write_value(pickled(_Batch(batch, vault)), self._output)

    def _vault_size(self) -> tuple[int, int]:
        return (0, 0) if self._redactor is None else vault_size(self._redactor)


def _read(source: BinaryIO, output: BinaryIO) -> None:
    """Read what is asked for, and write it."""
    _Reading(received(source), output).run()


def main() -> None:
    """Do what standard input says, and write to standard output."""
    serve(_read)
