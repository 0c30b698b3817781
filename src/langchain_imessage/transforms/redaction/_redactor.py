"""Redactor: what is private in texts and sessions → the same placeholders everywhere.

Owns the pass and who is left out of it. What is private is found by detectors; what stands
for what is kept by `_placeholders`. No I/O, and no text may get into an error or a `repr`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from langchain_imessage.addresses import parse_address
from langchain_imessage.transforms.messages._content import bubbles_in, is_ai, text_of
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.messages._fast_construct import message_copier
from langchain_imessage.transforms.messages._opt_outs import OptOuts
from langchain_imessage.transforms.messages._participants import chat_of
from langchain_imessage.transforms.redaction._matches import resolve_overlaps
from langchain_imessage.transforms.redaction._placeholders import Placeholders, numbered
from langchain_imessage.transforms.redaction._vault import Vault
from langchain_imessage.transforms.redaction.detectors._names import (
    SEVERAL,
    Names,
    is_address,
    key_of,
)
from langchain_imessage.transforms.redaction.detectors._phones import (
    Phones,
    find_phones,
)
from langchain_imessage.transforms.redaction.detectors._table import DETECTORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.transforms.redaction._matches import Detector, Match

_WORTH_A_LOOK = re.compile(r"[\d@=/]")
"""A text without any of these has nothing in it that the built-in detectors find."""

_ASCII_HARMLESS = bytes(byte for byte in range(256) if byte not in b"0123456789@=/")
"""The same for UTF-8: what is left without these is worth a look."""

_WRITTEN = frozenset({"name", "function_call", "tool_calls", "context"})
"""What of a message's `additional_kwargs` an adapter writes out."""


class Redactor:
    """Replaces what is private by placeholders, and can undo it.

    The same person, number, address or mail has the same placeholder wherever it occurs and
    however it is written; placeholders are numbered in the order they are first needed.

    Args:
        never: Who and what is to be in no example: names and addresses of people, whose
            conversations are left out, and words or phrases: messages with them are left
            out. An entry may be either; each is tried as both.
        names: Of people who take part in nothing, but may be spoken of: one's contacts,
            oneself.
        region: The country of phone numbers without one ("US", "DE", ...). Defaults to
            the one most numbers of those who take part are from.
        detectors: What else is private; more may be added to `DETECTORS`.
        vault: Of passes before, to go on with their placeholders.
        stand_in: Makes a placeholder of its kind and its number. It has to begin with one
            character and to end with another that are nowhere else in it.

    Raises:
        MissingDependencyError: If phonenumberslite is not installed, and phone numbers
            are to be found.
        ValueError: If placeholders could not be told apart.

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
        given = tuple(detectors)
        self._phones = Phones(region) if find_phones in given else None
        self._built_in = tuple(
            self._phones if self._phones and one is find_phones else one
            for one in given
            if one in DETECTORS
        )
        self._added = tuple(one for one in given if one not in DETECTORS)
        self._placeholders = Placeholders(vault or Vault(), stand_in)
        self._names = Names()
        for entry in (vault or Vault()).entries:
            if entry.kind == "name" and not entry.key.startswith(SEVERAL):
                self._names.learn(entry.key)
                self._names.learn(entry.text, entry.key)
        for name in names:
            self._names.learn(name)
        self._present: frozenset[str] = frozenset()
        self._labels: dict[str, str] = {}
        self._copy = message_copier()
        self._never = OptOuts(never)
        self.counts: Counter[str] = Counter()
        """How often something was replaced in a text, by kind."""

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
    def vault(self) -> Vault:
        """All placeholders until now, and what they stand for."""
        return self._placeholders.vault()

    def restore(self, text: str) -> str:
        """Put back what was taken out of a text, each as it was first written."""
        return self._placeholders.restored(text)

    def learn(self, sessions: Iterable[ChatSession]) -> None:
        """Learn who takes part in sessions, without redacting anything.

        A pass learns the people of each session when it comes to it. Somebody who is
        spoken of in a session before their own is known there only if learned here, or
        given as one of `names`.
        """
        for session in sessions:
            self._learn(session)
        if self._phones:
            self._phones.turn_to(())

    def redact_text(self, text: str) -> str:
        """Replace what is private in a text; what is redacted already stays as it is."""
        if self._is_plain(text):
            return text
        found = self._findings(text)
        self._placeholders.reserve(text)
        # Again, until nothing is left: what stood beside a secret has new neighbours.
        while found:
            text = self._replaced(text, found)
            found = self._findings(text)
        return text

    def __call__(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Redact sessions, one at a time.

        Replaced are the contents of the messages (their text blocks), their `name`, and
        what names a speaker in `additional_kwargs`; one's own `sender` stays, for
        `map_ai_messages` asks for it. The session's `chat` stays as well: it is in no
        example.

        Args:
            sessions: Sessions; given as a list, the people of all are known from the
                first on.

        Returns:
            The sessions that nobody has opted out of, without the messages that have a
            word that is opted out of; lazily.
        """
        if isinstance(sessions, list | tuple):
            self.learn(sessions)
        return self._redacted(sessions)

    def _redacted(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        for session in sessions:
            people = self._learn(session)
            if self._never.is_person(people):
                self.dropped[Omission.OPTED_OUT] += bubbles_in(session["messages"])
                continue
            messages = self._among(people, session["messages"])
            if messages or not session["messages"]:
                yield {**session, "messages": messages}

    def _among(
        self, people: Iterable[str], messages: Iterable[BaseMessage]
    ) -> list[BaseMessage]:
        """Redact messages as what these people say: it tells what their words mean."""
        self._present = frozenset(map(key_of, people))
        if self._phones:
            self._phones.turn_to(people)
        redacted = list(self._messages(messages))
        self._present = frozenset()
        if self._phones:
            self._phones.turn_to(())
        return redacted

    def _messages(self, messages: Iterable[BaseMessage]) -> Iterator[BaseMessage]:
        has_opt_outs = bool(self._never)
        for message in messages:
            if has_opt_outs and self._is_never(message.content):
                self.dropped[Omission.OPTED_OUT_WORD] += bubbles_in([message])
            else:
                yield self._message(message)

    def _message(self, message: BaseMessage) -> BaseMessage:
        """Redact a message; it is the given one where that changes nothing."""
        update: dict[str, Any] = {}
        content = message.content
        redacted = (
            self.redact_text(content)
            if isinstance(content, str)
            else [self._block(block) for block in content]
        )
        if redacted != content:
            update["content"] = redacted
        kwargs = message.additional_kwargs
        sender = kwargs.get("sender")
        if sender and isinstance(sender, str) and not _is_own(message):
            label = self._labels.get(sender) or self._label(sender)
            if label != sender:
                update["additional_kwargs"] = {**kwargs, "sender": label}
        if not _WRITTEN.isdisjoint(kwargs):
            changed = update.get("additional_kwargs", kwargs)
            update["additional_kwargs"] = {**changed, **self._written(kwargs)}
        if message.name:
            update["name"] = self._label(message.name)
        return self._copy(message, update) if update else message

    def _written(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Redact what else of a message an adapter writes out."""
        return {
            key: self._label(value)
            if key == "name" and isinstance(value, str)
            else self._anything(value)
            for key, value in kwargs.items()
            if key in _WRITTEN
        }

    def _block(self, block: Any) -> Any:
        if isinstance(block, str):
            return self.redact_text(block)
        text = block.get("text") if isinstance(block, dict) else None
        if not isinstance(text, str):
            return block
        return {**block, "text": self.redact_text(text)}

    def _anything(self, value: Any) -> Any:
        """Redact all strings of a value as it is in JSON."""
        if isinstance(value, str):
            return self.redact_text(value)
        if isinstance(value, dict):
            return {key: self._anything(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._anything(item) for item in value]
        return value

    def _label(self, name: str) -> str:
        """Return the placeholder of a speaker."""
        label = self._labels.get(name)
        if label is None:
            kind, key = self._address_key(name) or ("name", self._names.learn(name))
            is_redacted = self._placeholders.stands(name)
            label = name if is_redacted else self._placeholders.of(kind, key, name)
            self._labels[name] = label
        return label

    def _address_key(self, name: str) -> tuple[str, str] | None:
        """Return the kind and key of an address; None for a name."""
        address = parse_address(name)
        if address.kind == "word":
            return None
        if address.kind == "email":
            return "email", address.key
        number = self._phones.key(name) if self._phones else None
        return "phone", number or address.key

    def _is_plain(self, text: str) -> bool:
        """Return quickly whether there is nothing to replace in a text."""
        encoded = text.encode("utf-8", "surrogatepass")
        return not (
            self._added
            or encoded.translate(None, _ASCII_HARMLESS)
            or self._placeholders.opening in text
            or self._names.may_be_in(text, encoded)
            or not (text.isascii() or _WORTH_A_LOOK.search(text) is None)
        )

    def _findings(self, text: str) -> list[Match]:
        """Find what is private, beside the placeholders there are."""
        seen, hidden = self._placeholders.hidden(text)
        findings = list(self._names.find(seen, self._present))
        if _WORTH_A_LOOK.search(seen):
            for detector in self._built_in:
                findings += detector(seen)
        for detector in self._added:
            findings += detector(seen)
        if hidden:
            findings = [found for found in findings if _is_beside(found, hidden)]
        return resolve_overlaps(seen, findings) if findings else findings

    def _replaced(self, text: str, found: Sequence[Match]) -> str:
        parts, end = [], 0
        for one in found:
            self.counts[one.kind] += 1
            written = text[one.start : one.end]
            parts += [
                text[end : one.start],
                self._placeholders.of(one.kind, one.key, written),
            ]
            end = one.end
        return "".join([*parts, text[end:]])

    def _is_never(self, content: str | list[Any]) -> bool:
        """Return whether a message has an opted-out word or address."""
        text = text_of(content)
        return self._never.is_in(text) or self._never.has_address(
            one.key for one in self._findings(text) if one.kind in {"phone", "email"}
        )

    def _learn(self, session: ChatSession) -> dict[str, None]:
        """Learn who takes part in a session; give their names and addresses."""
        people = _people_in(session)
        if self._phones:
            self._phones.learn(people)
        for person in people:
            if not is_address(person) and not self._placeholders.stands(person):
                self._names.learn(person)
        for message in session["messages"]:
            if "mentions" in message.additional_kwargs:
                for mention in message.additional_kwargs["mentions"]:
                    self._learn_mention(mention)
        return people

    def _learn_mention(self, mention: Mapping[str, Any]) -> None:
        person, name = mention.get("person"), mention.get("name")
        if isinstance(name, str):
            is_named = isinstance(person, str) and not is_address(person)
            self._names.learn(name, key_of(str(person)) if is_named else None)


def _is_beside(found: Match, hidden: Sequence[tuple[int, int]]) -> bool:
    """Return whether a match lies outside all hidden spans."""
    following = bisect_left(hidden, (found.end,))
    return following == 0 or hidden[following - 1][1] <= found.start


def _people_in(session: ChatSession) -> dict[str, None]:
    """Return the names and addresses of everybody but the owner, in order."""
    chat = chat_of(session)
    people = [*(chat.get("participants") or ()), *(chat.get("handles") or ())]
    seen: set[object] = set()
    for message in session["messages"]:
        kwargs = message.additional_kwargs
        who = kwargs.get("sender"), kwargs.get("handle")
        if who not in seen:
            seen.add(who)
            if not _is_own(message):
                people += who
    return {person: None for person in people if person and isinstance(person, str)}


def _is_own(message: BaseMessage) -> bool:
    return is_ai(message) or bool(message.additional_kwargs.get("is_from_me"))
