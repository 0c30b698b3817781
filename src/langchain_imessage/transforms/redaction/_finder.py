"""What is private in one text: asks names and detectors.

Owns which detector is asked about which text. Keeps nothing of a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_imessage.transforms.redaction._session_people import people_in
from langchain_imessage.transforms.redaction.detectors._phones import (
    Phones,
    find_phones,
)
from langchain_imessage.transforms.redaction.detectors._spelled_digits import (
    DIGIT_WORDS,
    spelled_numbers,
)
from langchain_imessage.transforms.redaction.detectors._table import (
    ACROSS_LINES,
    DETECTORS,
    WORDY,
)
from langchain_imessage.transforms.redaction.detectors.announced._announced import (
    announcing_words,
    find_announced,
)
from langchain_imessage.transforms.redaction.detectors.links._urls import KEY_WORDS
from langchain_imessage.transforms.redaction.detectors.names._name_keys import (
    is_address,
    key_of,
)
from langchain_imessage.transforms.redaction.detectors.names._names import Names
from langchain_imessage.transforms.redaction.plain._plain_letters import (
    closed_up,
    has_odd_letters,
    plain_letters,
)
from langchain_imessage.transforms.redaction.plain._plain_texts import PlainTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.transforms.redaction._matches import Detector, Match

_WORTH_A_LOOK = re.compile(r"[\d@=/]")
"""A text without any of these has nothing in it that the built-in detectors find, unless a
word announces it."""

_SPELLED_OUT = re.compile(r"@|\d{13}")
"""What has to be in what was found where each character stands by itself."""

_NUMBER_GOES_ON = re.compile(r"[\dA-Z][ \t]*\n[ \t]*[(+]?\d")
"""A number whose second half is on the next line: two bubbles of one turn."""


class Finder:
    """Finds what is private in a text.

    Args:
        detectors: All that are to be asked.
        region: The country of phone numbers without one.
    """

    def __init__(self, detectors: Iterable[Detector], region: str | None) -> None:
        given = tuple(detectors)
        self.names = Names()
        self.phones = Phones(region) if find_phones in given else None
        self._built_in = tuple(map(self._own, filter(DETECTORS.__contains__, given)))
        self._across = tuple(map(self._own, filter(ACROSS_LINES.__contains__, given)))
        self._wordy = tuple(filter(WORDY.__contains__, given))
        self._added = tuple(one for one in given if one not in DETECTORS)
        self._latest: tuple[dict[str, None], set[str]] = {}, set()
        self._announced = find_announced in given
        words = self.names.gate  # shared: what is learned is looked for
        if self._announced:
            words |= announcing_words() | DIGIT_WORDS | KEY_WORDS
        self.plain = PlainTexts(
            words, announced=self._announced, none=bool(self._added)
        )

    def turn_to(self, people: Iterable[str]) -> None:
        """Read numbers without a country as where these people are."""
        if self.phones:
            self.phones.turn_to(people)

    def watch(self, words: Iterable[bytes]) -> None:
        """Take texts with some words in ASCII for more than plain from now on."""
        self.plain.words.update(words)

    def learn(
        self, session: ChatSession, is_placeholder: Callable[[str], bool]
    ) -> dict[str, None]:
        """Learn who takes part in a session.

        Args:
            session: The session.
            is_placeholder: Returns whether a name is one, and nobody's.

        Returns:
            The names and addresses of everybody but the owner.
        """
        people = self.learn_people(*people_in(session), is_placeholder)
        for message in session["messages"]:
            for mention in message.additional_kwargs.get("mentions", ()):
                self._learn_mention(mention)
        return people

    def learn_people(
        self,
        people: dict[str, None],
        own: set[str],
        is_placeholder: Callable[[str], bool],
    ) -> dict[str, None]:
        """Learn who takes part in a conversation, and return who that is.

        Args:
            people: The names and addresses of everybody but the owner.
            own: What the owner is called, where that is a name.
            is_placeholder: Returns whether a name is one, and nobody's.
        """
        if (people, own) == self._latest:
            return people  # segments of one conversation follow each other
        self._latest = people, own
        if self.phones:
            self.phones.learn(people)
        for person in (*people, *own):
            if not is_address(person) and not is_placeholder(person):
                self.names.learn(person)
        return people

    def find(self, text: str, present: Collection[str] = ()) -> Iterator[Match]:
        """Find what is private.

        Args:
            text: The text.
            present: Keys of the people who take part.
        """
        if has_odd_letters(text):
            plain = plain_letters(text)
            yield from plain.back(self._built_in_finds(plain.text, present))
        else:
            yield from self._built_in_finds(text, present)
        if closed := closed_up(text):
            found = self._built_in_finds(closed.text, present)
            yield from closed.back(
                match
                for match in found
                if _SPELLED_OUT.search(closed.text, match.start, match.end)
            )
        for detector in self._added:
            yield from detector(text)

    def _built_in_finds(self, text: str, present: Collection[str]) -> Iterator[Match]:
        yield from self.names.find(text, present)
        if _WORTH_A_LOOK.search(text):
            for detector in self._built_in:
                yield from detector(text)
            if "\n" in text and _NUMBER_GOES_ON.search(text):
                yield from self._on_two_lines(text)
        elif self._announced:
            for detector in self._wordy:
                yield from detector(text)
            if self.phones:
                yield from spelled_numbers(text)

    def _learn_mention(self, mention: Mapping[str, Any]) -> None:
        person, name = mention.get("person"), mention.get("name")
        if isinstance(name, str):
            is_named = isinstance(person, str) and not is_address(person)
            self.names.learn(name, key_of(str(person)) if is_named else None)

    def _on_two_lines(self, text: str) -> Iterator[Match]:
        one_line = text.replace("\n", " ")
        for detector in self._across:
            for match in detector(one_line):
                if "\n" in text[match.start : match.end]:
                    yield match

    def _own(self, detector: Detector) -> Detector:
        return self.phones if self.phones and detector is find_phones else detector
