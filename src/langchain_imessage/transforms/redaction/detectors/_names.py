"""Names of known people in a text: found by looking words up, whole words only.

Who is known is learned from those who take part, and from what the caller says. What is
also a word ("will", "rose") is a name only where it is written as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from langchain_imessage.addresses import parse_address
from langchain_imessage.text import (
    find_words,
    fold,
    is_unspaced,
    name_words,
    without_accents,
)
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._common_words import COMMON_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_COARSE = bytes(
    ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else 32  # noqa: PLR2004
    for byte in range(256)
)
"""UTF-8 to what a name is looked up by first: its letters of ASCII, in lower case."""

_BETWEEN = re.compile(r"[ \u00a0'’.-]{1,2}")  # noqa: RUF001
"""What may stand between two words of a name."""

_SENTENCE_ENDS = re.compile(r"[.!?…\n:]")
_AHEAD = (
    "i you we they he she it this that there the these those my your our his her its their "
    "be not have someone anyone everyone all any words"
)
_IS_BEHIND_VERB = frozenset(_AHEAD.split()).__contains__
"""Behind "Will", "May", "Mark" at the beginning of a sentence: then it is no name."""

_BEHIND = re.compile(r".\(([^()]+)\)\s*$")
"""What stands in brackets at the end of a name."""

SEVERAL = "?"
"""Begins the key of a name that may mean one of several people."""

_SHORT = 2
"""Letters of a word that is likely to be one, whatever else it is."""

_GENITIVE = 3
"""Letters of a name that may have an "s" added: "Annas", and for want of time "anns"."""

_FAMILY_FIRST = 3
"""Characters of a Chinese or Korean name of one for the family and two for oneself."""


_NONE: dict[tuple[str, ...], str] = {}


class _Word(NamedTuple):
    start: int
    end: int
    text: str


class Names:
    """The people known, and where a text names them.

    Example:
        >>> names = Names()
        >>> names.learn("Ann Smith")
        'ann smith'
        >>> text = "Is Ann's car ann smith's?"
        >>> [text[found.start : found.end] for found in names.find(text)]
        ['Ann', 'ann smith']
    """

    def __init__(self) -> None:
        self._gate: set[bytes] = set()
        self._is_plain = True
        self._learned: dict[tuple[str, str], str] = {}
        self._sequences: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(
            dict
        )
        self._single: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        self._unspaced: defaultdict[str, dict[str, str]] = defaultdict(dict)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(people={len(set(self._learned.values()))})"

    def learn(self, name: str, person: str | None = None) -> str:
        """Learn a name.

        Args:
            name: As written. An address is none, and is not learned.
            person: Whose it is: a key; if not given, of whoever is called just so.

        Returns:
            The person's key.
        """
        known = self._learned.get((name, person or ""))
        if known is not None:
            return known
        key = person or key_of(name)
        self._learned[name, person or ""] = key
        if not is_address(name):
            words = name_words(name)
            self._add(words, key)
            self._add(tuple(map(without_accents, words)), key)
        return key

    def find(self, text: str, present: Collection[str] = ()) -> Iterator[Match]:
        """Find names.

        Args:
            text: Where to look.
            present: Keys of those who take part: whom a name means that several have.

        Yields:
            The longest name at each place.
        """
        if not self.may_be_in(text, text.encode("utf-8", "surrogatepass")):
            return
        yield from self._spaced_in(text, present)
        if self._unspaced and not text.isascii():
            yield from self._unspaced_in(text)

    def may_be_in(self, text: str, encoded: bytes) -> bool:
        """Return quickly whether a text may contain a name; with few false alarms.

        Args:
            text: The text.
            encoded: The same as UTF-8.
        """
        if not self._gate.isdisjoint(encoded.translate(_COARSE).split()):
            return True
        return not self._is_plain and not text.isascii()

    def _add(self, words: tuple[str, ...], key: str) -> None:
        for part in _parts(words):
            self._sequences[part[0]].setdefault(part, key)
        for place, word in enumerate(words):
            if len(word) > 1:
                persons = self._single[word]
                persons[key] = persons.get(key, False) or place == 0
            for form in {word, unicodedata.normalize("NFD", word)}:
                self._open_gate(form)
        for unspaced in filter(is_unspaced, words):
            given = unspaced[1:] if len(unspaced) == _FAMILY_FIRST else unspaced
            for piece in (unspaced, given):
                self._unspaced[piece[0]].setdefault(piece, key)

    def _open_gate(self, word: str) -> None:
        """Let texts with a word through, as it is encoded in one of two ways."""
        pieces = word.encode("utf-8", "surrogatepass").translate(_COARSE).split()
        if pieces:
            longest = max(pieces, key=len)
            self._gate |= {longest, longest + b"s"}
        else:
            self._is_plain = False

    def _spaced_in(self, text: str, present: Collection[str]) -> Iterator[Match]:
        words = [
            _Word(match.start(), match.end(), fold(match[0]))
            for match in find_words(text)
        ]
        place = 0
        while place < len(words):
            if not self._is_known(words[place].text):
                place += 1
                continue
            length, key = self._sequence_at(text, words, place)
            found = (words[place].start, words[place + max(length, 1) - 1].end)
            if key is None:
                key, found = self._single_at(text, words, place, present)
            if key is not None:
                yield Match(start=found[0], end=found[1], kind="name", key=key)
            place += max(length, 1)

    def _is_known(self, word: str) -> bool:
        return (
            word in self._single
            or word in self._sequences
            or (word[-1] == "s" and word[:-1] in self._single)
        )

    def _sequence_at(
        self, text: str, words: Sequence[_Word], place: int
    ) -> tuple[int, str | None]:
        """Find the longest name of several words that begins here."""
        best: tuple[int, str | None] = (0, None)
        for sequence, key in self._sequences.get(words[place].text, _NONE).items():
            length = len(sequence)
            there = words[place : place + length]
            if (
                length > best[0]
                and tuple(word.text for word in there) == sequence
                and all(
                    _BETWEEN.fullmatch(text, one.end, other.start)
                    for one, other in pairwise(there)
                )
            ):
                best = length, key
        return best

    def _single_at(
        self,
        text: str,
        words: Sequence[_Word],
        place: int,
        present: Collection[str],
    ) -> tuple[str | None, tuple[int, int]]:
        word = words[place]
        span = word.start, word.end
        name = word.text
        if name not in self._single and len(name) > _GENITIVE and name[-1] == "s":
            name, span = name[:-1], (word.start, word.end - 1)
            if name in COMMON_WORDS:
                return None, span
        persons = self._single.get(name)
        if not persons:
            return None, span
        written = text[span[0] : span[1]]
        is_first = any(persons.values())
        if not _is_written_as_name(name, written, is_first=is_first):
            return None, span
        if name in COMMON_WORDS and _begins_sentence(text, words, place):
            ahead = words[place + 1].text if place + 1 < len(words) else ""
            if not is_first or _IS_BEHIND_VERB(ahead):
                return None, span
        return _whom(name, persons, present), span

    def _unspaced_in(self, text: str) -> Iterator[Match]:
        end = 0
        for place, char in enumerate(text):
            names = self._unspaced.get(char)
            if not names or place < end:
                continue
            there = [name for name in names if text.startswith(name, place)]
            if there:
                name = max(there, key=len)
                end = place + len(name)
                yield Match(start=place, end=end, kind="name", key=names[name])


def key_of(name: str) -> str:
    """Return a key that is equal for two ways to write one name.

    An address behind it tells two people of one name apart: "Ann Lee (+14155550101)".
    """
    key = " ".join(name_words(name)) or name
    behind = _BEHIND.search(name)
    address = parse_address(behind[1]) if behind else None
    is_apart = address is not None and address.kind != "word"
    return f"{key} ({address.key})" if address and is_apart else key


def is_address(name: str) -> bool:
    """Return whether a person is only called by their number or e-mail address."""
    return parse_address(name).kind != "word"


def _parts(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Yield the names of several words in a name: Ann Marie, Ann Smith."""
    if len(words) > 1:
        yield words
        yield (words[0], words[-1])
        yield words[:2]


def _is_written_as_name(name: str, written: str, *, is_first: bool) -> bool:
    if written.upper() == written.lower():  # a script without capitals
        return True
    if name in COMMON_WORDS or len(name) <= _SHORT:
        return written.istitle()
    return is_first or written[0].isupper()


def _begins_sentence(text: str, words: Sequence[_Word], place: int) -> bool:
    if place == 0:
        return True
    between = text[words[place - 1].end : words[place].start]
    return _SENTENCE_ENDS.search(between) is not None


def _whom(name: str, persons: Collection[str], present: Collection[str]) -> str:
    """Return whom a name means: who takes part, or is called just so, or the only one."""
    here = [person for person in persons if person in present]
    if len(here) == 1:
        return here[0]
    if len(persons) == 1:
        return next(iter(persons))
    return name if name in persons else SEVERAL + name
