"""Redactor: what is private in texts and sessions → the same placeholders everywhere.

Owns the pass and who is left out of it. One text is redacted by `_text_redactor`; what
stands for what is kept by `_placeholders`. No I/O, and no text may get into an error or a
`repr`.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from langchain_imessage.arguments import (
    FUNCTION,
    ITERABLE,
    SESSIONS,
    TEXT,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.transforms.messages._content import bubbles_in, text_of
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.messages._fast_construct import message_copier
from langchain_imessage.transforms.messages._opt_outs import OptOuts
from langchain_imessage.transforms.messages._participants import conversation_of
from langchain_imessage.transforms.messages._session_streams import SessionRuns
from langchain_imessage.transforms.redaction._conversation_memory import (
    ConversationMemory,
)
from langchain_imessage.transforms.redaction._finder import Finder
from langchain_imessage.transforms.redaction._message_parts import (
    message_update,
    redacted_runs,
)
from langchain_imessage.transforms.redaction._placeholders import Placeholders, numbered
from langchain_imessage.transforms.redaction._session_people import people_of
from langchain_imessage.transforms.redaction._speaker_labels import SpeakerLabels
from langchain_imessage.transforms.redaction._text_redactor import TextRedactor
from langchain_imessage.transforms.redaction._vault import Vault
from langchain_imessage.transforms.redaction.detectors._table import DETECTORS
from langchain_imessage.transforms.redaction.detectors.names._name_keys import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.transforms.redaction._matches import Detector


class Redactor:
    """Replaces what is private by placeholders, and can undo it.

    The same person, number, address or mail has the same placeholder wherever it occurs and
    however it is written; placeholders are numbered in the order they are first needed.

    Args:
        never: Who and what is to be in no example: names and addresses of people, whose
            conversations are left out, and words or phrases: messages with them are left
            out. An entry may be either; each is tried as both.
        names: Of people who take part in nothing, but may be spoken of: contacts,
            children, the owner.
        region: The country of phone numbers without one ("US", "DE", ...). Defaults to
            the one most numbers of those who take part are from.
        detectors: What else is private; more may be added to `DETECTORS`.
        vault: Of passes before, to go on with their placeholders.
        stand_in: Makes a placeholder of its kind and its number. It has to begin with one
            character and to end with another that are nowhere else in it.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed, and phone numbers
            are to be found.
        ArgumentTypeError: (a TypeError) If `never` or `names` is one text.
        ValueError: If placeholders could not be told apart, or if there is no such
            region.

    Example:
        >>> redactor = Redactor(names=["Ann Smith"])
        >>> redactor.redact_text("Ann's number is 415-555-2671")
        "[name 1]'s number is [phone 1]"
        >>> redactor.redact_text("+1 (415) 555-2671? Call ann smith")
        '[phone 1]? Call [name 1]'
        >>> redactor.restore("Dear [name 1]")
        'Dear Ann'
        >>> redactor
        Redactor(placeholders=2, replaced=4)
    """

    @check_arguments(
        never=ITERABLE,
        names=ITERABLE,
        region=or_none(TEXT),
        detectors=ITERABLE,
        vault=or_none(having("entries", "reserved", said="a Vault")),
        stand_in=FUNCTION,
    )
    def __init__(
        self,
        *,
        never: Iterable[str] = (),
        names: Iterable[str] = (),
        region: str | None = None,
        detectors: Iterable[Detector] = DETECTORS,
        vault: Vault | None = None,
        stand_in: Callable[[str, int], str] = numbered,
    ) -> None:
        self._finder = Finder(detectors, region)
        self._placeholders = Placeholders(vault or Vault(), stand_in)
        for entry in (vault or Vault()).entries:
            if entry.kind == "name" and not entry.key.startswith(SEVERAL):
                self._finder.names.learn(entry.key)
                self._finder.names.learn(entry.text, entry.key)
        for name in names:
            self._finder.names.learn(name)
        self._labels = SpeakerLabels(self._placeholders, self._finder)
        self._never = OptOuts(never)
        self._memory = ConversationMemory()
        self._conversation: tuple[str, ...] | None = None
        self._has_learned = False
        self.counts: Counter[str] = Counter()
        """How often something was replaced in a text, by kind."""

        self._texts = TextRedactor(self._finder, self._placeholders, self.counts)

        self.dropped: Counter[str] = Counter()
        """How many messages were left out, by reason."""

    @override
    def __repr__(self) -> str:
        placeholders = len(self.vault.entries)
        return (
            f"{type(self).__name__}(placeholders={placeholders}, "
            f"replaced={self.counts.total()})"
        )

    @property
    def has_opt_outs(self) -> bool:
        """Whether somebody's conversations, or messages with a word, are left out.

        Example:
            >>> Redactor(never=["fox"]).has_opt_outs
            True
        """
        return bool(self._never)

    @property
    def vault(self) -> Vault:
        """All placeholders until now, and what they stand for."""
        return self._placeholders.vault()

    @check_arguments(text=TEXT)
    def restore(self, text: str) -> str:
        """Put back what was taken out of a text, each as it was first written.

        Args:
            text: A text with placeholders; those of another redactor stay.

        Returns:
            The text with what they stand for.
        """
        return self._placeholders.restored(text)

    @check_arguments(sessions=SESSIONS)
    def learn(self, sessions: Iterable[ChatSession]) -> None:
        """Learn who takes part in sessions, without redacting anything.

        Somebody may be spoken of in a session before their own. Sessions given as a list
        are learned at once; after a call of this, an iterator is taken one at a time.

        Args:
            sessions: The sessions, in any order.
        """
        self._has_learned = True
        for session in sessions:
            self._finder.learn(session, self._placeholders.stands)
        self._finder.turn_to(())

    @check_arguments(text=TEXT)
    def redact_text(self, text: str) -> str:
        """Replace what is private in a text; what is redacted already stays as it is.

        Args:
            text: The text.

        Returns:
            The text with placeholders.
        """
        return self._texts.redacted(text, None)

    @check_arguments(messages=ITERABLE)
    def redact_messages(self, messages: Sequence[BaseMessage]) -> list[BaseMessage]:
        """Redact the messages of one conversation; opt-outs leave none of them out.

        Args:
            messages: Messages, oldest first, as a model is given them.

        Returns:
            As many messages; those with nothing private are the given ones.
        """
        self._memory = ConversationMemory()
        try:
            return self._redacted_all(messages)
        finally:
            self._texts.forget()

    @check_arguments(text=TEXT)
    def split_unfinished(self, text: str) -> tuple[str, str]:
        """Split off what may be the beginning of a placeholder, where a text is streamed.

        Args:
            text: What has been streamed so far.

        Returns:
            What is complete, and the rest, to be put before what comes next.

        Example:
            >>> Redactor().split_unfinished("ask [nam")
            ('ask ', '[nam')
        """
        return self._placeholders.split_unfinished(text)

    @check_arguments(sessions=SESSIONS)
    def __call__(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Redact sessions, one at a time.

        Replaced are the contents of the messages (their text blocks), their `name`, and
        what names a speaker in `additional_kwargs`; one's own `sender` stays, for
        `map_ai_messages` asks for it. The session's `chat` stays as well: it is in no
        example. What was found in a conversation is replaced wherever it stands again.

        Args:
            sessions: Sessions. An iterator is read whole before the first is redacted,
                so that the people of all are known, unless `learn` was called before.

        Returns:
            The sessions that nobody has opted out of, without the messages that have a
            word that is opted out of; lazily.
        """
        return self._redacted(sessions)

    def _redacted(self, sessions: Iterable[Any]) -> Iterator[Any]:
        if not isinstance(sessions, list | tuple) and not self._has_learned:
            sessions = list(sessions)
        if isinstance(sessions, list | tuple):
            self.learn(sessions)
        self._conversation = None  # a pass begins without the one before it
        for session in sessions:
            if isinstance(session, SessionRuns):
                yield self._redacted_runs(session)  # which `prepare` alone gives it
                continue
            people = self._finder.learn(session, self._placeholders.stands)
            if self._never.is_person(people):
                self.dropped[Omission.OPTED_OUT] += bubbles_in(session["messages"])
                continue
            messages = self._redacted_messages(people, session)
            if messages or not session["messages"]:
                yield {**session, "messages": messages}

    def _redacted_messages(
        self, people: Iterable[str], session: ChatSession
    ) -> list[BaseMessage]:
        """Redact messages as what these people say: it tells what their words mean."""
        with self._turned_to(conversation_of(session), people):
            return self._redacted_all(self._wanted(session))

    def _redacted_runs(self, runs: SessionRuns) -> SessionRuns:
        """Redact what `prepare` reads without messages; it has no opt-outs then."""
        speakers = dict.fromkeys(
            zip(runs.senders, runs.handles, runs.owns, strict=True)
        )
        found = people_of(runs.chat, speakers)
        people = self._finder.learn_people(*found, self._placeholders.stands)
        with self._turned_to(tuple(runs.chat["guids"]), people):
            known, label = self._known(), self._labels.of
            read = self._reader({*runs.texts}, is_new=True)
            redacted = redacted_runs(runs, read, label)
            if self._known() != known:  # as below
                read = self._reader({*redacted.texts}, is_new=False)
                redacted = redacted_runs(redacted, read, label)
            return redacted

    @contextmanager
    def _turned_to(
        self, conversation: tuple[str, ...], people: Iterable[str]
    ) -> Iterator[None]:
        if conversation != self._conversation:
            self._conversation, self._memory = conversation, ConversationMemory()
        self._texts.turn_to(people)
        try:
            yield
        finally:
            self._texts.turn_to(())

    def _redacted_all(self, messages: Sequence[BaseMessage]) -> list[BaseMessage]:
        known = self._known()
        texts = {m.content for m in messages if isinstance(m.content, str)}
        redacted = self._each(messages, self._reader(texts, is_new=True))
        if self._known() != known:  # what stands later may stand before, too
            texts = {m.content for m in redacted if isinstance(m.content, str)}
            redacted = self._each(redacted, self._reader(texts, is_new=False))
        return redacted

    def _known(self) -> tuple[int, int]:
        """Return how much was found in the conversation, and how many names there are."""
        return len(self._memory), self._finder.names.size

    def _reader(self, texts: set[str], *, is_new: bool) -> Callable[[str], str]:
        return self._texts.reader(texts, self._memory, is_new=is_new)

    def _wanted(self, session: ChatSession) -> Sequence[BaseMessage]:
        if not self._never:
            return session["messages"]
        return [*filter(self._is_wanted, session["messages"])]

    def _is_wanted(self, message: BaseMessage) -> bool:
        if self._is_opted_out(text_of(message.content)):
            self.dropped[Omission.OPTED_OUT_WORD] += bubbles_in([message])
            return False
        return True

    def _each(
        self, messages: Iterable[BaseMessage], redact: Callable[[str], str]
    ) -> list[BaseMessage]:
        """Redact messages; those that this does not change are the given ones."""
        copied, label = message_copier(), self._labels.of
        return [
            copied(message, update)
            if (update := message_update(message, redact, label))
            else message
            for message in messages
        ]

    def _is_opted_out(self, text: str) -> bool:
        """Return whether a text has an opted-out word or address."""
        return self._never.is_in(text) or self._never.has_address(
            match.key
            for match in self._texts.found(text, None)
            if match.kind in {"phone", "email"}
        )
