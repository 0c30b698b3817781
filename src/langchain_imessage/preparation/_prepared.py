"""Examples that are made lazily, pass by pass, with the figures of the latest pass.

Owns what a pass starts from: the sessions, the redactor's knowledge of people, and what
earlier decisions say. The steps are in `_pipeline`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from langchain_core.chat_loaders import BaseChatLoader
from typing_extensions import override

from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.errors import ExportError
from langchain_imessage.preparation._canaries import canary_examples
from langchain_imessage.preparation._spool import spooled
from langchain_imessage.preparation.steps._pipeline import Pass
from langchain_imessage.preparation.steps._reading_process import OtherProcess
from langchain_imessage.preparation.texts._text_examples import session_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation._exclusions import Vetoes
    from langchain_imessage.preparation._preparation_report import PreparationReport
    from langchain_imessage.preparation.steps._choices import Choices, Redaction
    from langchain_imessage.preparation.steps._reading_process import ReadingEnd
    from langchain_imessage.preparation.texts._text_examples import Talk, TextExample
    from langchain_imessage.transforms.messages._session_streams import SessionRuns

Progress: TypeAlias = Callable[[int, int | None], object]
"""Called with how many are done, and how many there are (None where unknown)."""

_Item = TypeVar("_Item")


class Prepared:
    """Examples, made lazily; each iteration is a pass over the sessions.

    Args:
        sessions: Where they are from.
        choices: What was chosen.
        settings: The same, without names and words.
        progress: Called with the sessions read, and with their number where it is known.
        workers: How many processes may be used.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> from langchain_imessage import prepare
        >>> prepared = prepare(IMessageChatLoader(write_sample("talk.db")), sender="Tortoise")
        >>> len(list(prepared)), prepared.report.examples
        (10, 10)
    """

    def __init__(
        self,
        sessions: Iterable[ChatSession] | BaseChatLoader,
        choices: Choices,
        settings: dict[str, Any],
        progress: Progress | None = None,
        *,
        workers: int | None = None,
    ) -> None:
        self._workers = workers or 1
        self._sessions = sessions
        self._choices = choices
        self._settings = settings
        self._progress = progress
        self._latest = Pass(choices)
        self._is_taken = False

    @override
    def __repr__(self) -> str:
        """Return the kind of source and the figures of the latest pass."""
        report, source = self.report, type(self._sessions).__name__
        return (
            f"{type(self).__name__}(source={source}, messages={report.messages}, "
            f"kept={report.kept}, examples={report.examples})"
        )

    def __iter__(self) -> Iterator[ChatSession]:
        """Start a pass; yield the examples.

        Raises:
            ExportError: If the sessions were an iterator, and have been taken before.
        """
        examples = self._examples(for_rows=False)
        return (session_of(example) for example in examples)

    def for_rows(self) -> Iterator[ChatSession | TextExample]:
        """Start a pass for whoever makes rows of the examples and looks at no message.

        The messages have of `additional_kwargs` what rows are made of, which takes less
        time where a loader's conversations are texts.

        Returns:
            The examples, one at a time; those that are whole segments of texts, as these.

        Raises:
            ExportError: If the sessions were an iterator, and have been taken before.
        """
        return self._examples(for_rows=True)

    def _examples(self, *, for_rows: bool) -> Iterator[ChatSession | TextExample]:
        source = self._sessions
        if isinstance(source, Iterator):
            if self._is_taken:
                raise ExportError(
                    "The sessions were an iterator and have been taken: "
                    "prepare a list of them, or a loader"
                )
            self._is_taken = True
        self._latest = Pass(self._choices, self._words_of_vetoed())
        turns: Iterator[ChatSession | Talk]
        if self._workers > 1 and isinstance(source, IMessageChatLoader):
            turns = self._read_there(source, for_rows=for_rows)
        else:
            read = self._read_here(source, for_rows=for_rows)
            turns = self._latest.turns(read)
        examples, choices = self._latest.examples(turns), self._choices
        if not choices.canaries:
            return examples
        planted = canary_examples(choices.canaries, choices.system_prompt)
        return chain(examples, planted)

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]
        """Return how to make this again: without its passes, in any process."""
        make = partial(Prepared, workers=self._workers)
        return make, (self._sessions, self._choices, self._settings, self._progress)

    def _read_here(
        self, source: Iterable[ChatSession] | BaseChatLoader, *, for_rows: bool
    ) -> Iterator[ChatSession | SessionRuns]:
        """Yield the merged segments of the sessions."""
        if isinstance(source, BaseChatLoader):
            source = source.lazy_load()
        sessions = self._learned(source)
        if for_rows:
            watched = self._watched
            return self._latest.merged_for_rows(sessions, watched, in_runs=True)
        return self._latest.merged(self._watched(sessions))

    def _read_there(
        self, loader: IMessageChatLoader, *, for_rows: bool
    ) -> Iterator[ChatSession | Talk]:
        """Yield the segments, in turns, of a loader that another process reads."""
        latest, total = self._latest, self._total() if self._progress else None

        def ended(end: ReadingEnd) -> None:
            latest.counts.take(end.counts)
            latest.opt_outs.keep_unmatched(end.unmatched)
            latest.audience.take(end.audience)
            loader.note_ledger(end.ledger)

        told = 0

        def read(sessions: int) -> None:
            nonlocal told
            while self._progress is not None and told < sessions:
                told += 1
                self._progress(told, total)

        reading = OtherProcess(
            loader,
            self._choices,
            # Asked here: the other process may not be told of the redactor.
            for_rows=for_rows and latest.reads_texts,
        )
        segments = reading.segments(partial(self._learned, ()), ended, read)
        return segments if reading.makes_turns else latest.turns(segments)

    def _words_of_vetoed(self) -> frozenset[int]:
        """Return the keys of what vetoed examples teach, which takes a pass of its own.

        Of two examples that teach the same, the first is made and the other is not; which
        is the first changes with every new message. So both are vetoed, or a veto would
        bring the other one in. Sessions that can be taken only once get no such pass.
        """
        choices, source = self._choices, self._sessions
        if not choices.vetoed or choices.duplicates or isinstance(source, Iterator):
            return frozenset()
        if isinstance(source, BaseChatLoader):
            source = source.lazy_load()
        with suppress(Exception):  # whatever a redactor of somebody else's consists of
            choices = replace(choices, redactor=deepcopy(choices.redactor))
        return Pass(choices).words_of_vetoed(source)

    @property
    def vetoes(self) -> Vetoes:
        """The vetoed ids of the latest pass, and which of them there were."""
        return self._latest.vetoes

    def _watched(self, sessions: Iterable[_Item]) -> Iterable[_Item]:
        """Yield what is made of sessions, and report how many have been read."""
        if self._progress is None:
            return sessions
        return _reported(sessions, self._progress, self._total())

    def _total(self) -> int | None:
        """Return how many sessions there are, if that is known before."""
        if isinstance(self._sessions, Sized):
            return len(self._sessions)
        if isinstance(self._sessions, IMessageChatLoader):
            return len(self._sessions.directory.chats)
        return None

    def _learned(self, sessions: Iterable[ChatSession]) -> Iterable[ChatSession]:
        """Let the redactor know who takes part in any session, before the first is read."""
        learn = getattr(self._choices.redactor, "learn", None)
        if learn is None:
            return sessions
        source = self._sessions
        if isinstance(source, Iterator):
            return spooled(sessions, learn)
        if isinstance(source, IMessageChatLoader):
            learn(people_of_loader(source))
        else:
            loads = isinstance(source, BaseChatLoader)
            learn(source.lazy_load() if loads else source)  # type: ignore[union-attr]
        return sessions

    @property
    def report(self) -> PreparationReport:
        """The figures of the latest pass; complete when that is over."""
        entries, unmatched = (
            self._latest.opt_outs.entries,
            self._latest.opt_outs.unmatched,
        )
        return self._latest.counts.report(
            vetoes=self._latest.vetoes,
            opt_outs=(len(entries), len(entries) - len(unmatched)),
            system_prompt=self._choices.system_prompt,
        )

    @property
    def audience(self) -> dict[str, Any]:
        """What the system prompts of the latest pass say of who is written to, and when.

        Its `people` are named as in the prompts, by placeholders where they are redacted.
        """
        return self._latest.audience.settings

    @property
    def settings(self) -> dict[str, Any]:
        """The choices, without names and words; can be written as JSON."""
        return dict(self._settings)

    @property
    def redactor(self) -> Redaction | None:
        """The redactor; the default one has the vault that can undo it."""
        return self._choices.redactor


def people_of_loader(loader: IMessageChatLoader) -> list[dict[str, Any]]:
    """Return who is in any conversation and in the address book, as empty sessions.

    No message is read for it; a redactor learns them before the first one is.
    """
    directory = loader.directory
    people: list[dict[str, Any]] = [
        {"participants": chat.participants, "handles": chat.handles}
        for chat in directory.chats
    ]
    people.append({"participants": directory.contact_names, "handles": ()})
    return [{"messages": [], "chat": chat} for chat in people]


def _reported(
    items: Iterable[_Item], progress: Progress, total: int | None
) -> Iterator[_Item]:
    for number, item in enumerate(items, 1):
        yield item
        progress(number, total)
