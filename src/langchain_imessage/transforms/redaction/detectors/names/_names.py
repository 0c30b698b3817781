"""Names of known people in a text: found by looking words up, whole words only.

Who is known is learned from those who take part, and from what the caller says. What is
also a word ("will", "rose") is a name only where it is written as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from langchain_imessage.text import (
    find_words,
    fold,
    is_unspaced,
    name_words,
    without_accents,
)
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    COARSE,
    features_of,
)
from langchain_imessage.transforms.redaction.detectors.names._name_cues import (
    NameWord,
    is_common,
    is_meant,
)
from langchain_imessage.transforms.redaction.detectors.names._name_keys import (
    is_address,
    key_of,
    whom,
)
from langchain_imessage.transforms.redaction.detectors.names._name_parts import (
    joined,
    parts_of,
    unspaced_parts,
)
from langchain_imessage.transforms.redaction.detectors.names._spelled_names import (
    letters_in_row,
    spelled_names,
)
from langchain_imessage.transforms.redaction.detectors.names._spellings import (
    drawn_out,
    in_latin,
    inflections,
    looks_slavic,
    prefixes,
    run_together,
    short_forms,
    shortened,
    spellings,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_BETWEEN = re.compile(r"[ \u00a0'’.-]{1,2}")  # noqa: RUF001
"""What may stand between two words of a name."""

_GENITIVE = 3
"""Letters of a name that may have an "s" added: "Annas", and for want of time "anns"."""

_BEGINNING = 3
"""Letters by which a name that is spelled out is looked for first."""

_SHORTEST = 3
"""Letters of a name that is spelled out."""

_ASCII_DIGITS = b"0123456789"
_DRAWN_OUT = re.compile(rb"([a-z0-9])\1\1")
_FAMILY_AHEAD = re.compile(r", ?")
_INITIAL = re.compile(r"(?<![^\W_])([^\W\d_])\. ?$")


_HASTY = (without_accents, lambda word: max(sorted(spellings(word)), key=len))
_NONE: dict[tuple[str, ...], str] = {}


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
        self.gate: set[bytes] = set()
        """Words in ASCII of which a text with a name has one, unless it is not ASCII."""

        self._learned: dict[tuple[str, str], str] = {}
        self._sequences: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(
            dict
        )
        self._single: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        self._unspaced: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._prefixed: dict[str, int] = {}
        self._beginnings: set[str] = set()

    @property
    def size(self) -> int:
        """How much was learned; as long as it stays, so does what is found."""
        return len(self._learned)

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
            for other in {tuple(map(form, words)) for form in _HASTY} - {words}:
                for part in parts_of(other):
                    self._add_sequence(part, key)
            whole = tuple(filter(None, ("".join(name_words(p)) for p in name.split())))
            for word in (*run_together(name), *joined(words), *joined(whole)):
                for form in spellings(word):
                    self._add_single(form, key, is_first=True)
        return key

    def find(self, text: str, present: Collection[str] = ()) -> Iterator[Match]:
        """Find names.

        Args:
            text: Where to look.
            present: Keys of those who take part: whom a name means that several have.

        Yields:
            The longest name at each place.
        """
        features = features_of(text)
        if not features.is_simple or self._may_name(features):
            yield from self._spaced_in(text, present)
        if not features.is_simple or letters_in_row(features.coarse) >= _SHORTEST:
            yield from self._spelled_in(text, present)
        if self._unspaced and not text.isascii():
            yield from self._unspaced_in(text)

    def _may_name(self, features: TextFeatures) -> bool:
        """Return quickly whether a text that has letters of ASCII only may have a name."""
        words = features.words
        if not self.gate.isdisjoint(words) or _DRAWN_OUT.search(features.coarse):
            return True
        return features.digits > 0 and not self.gate.isdisjoint(
            [word.rstrip(_ASCII_DIGITS) for word in words]
        )

    def _spelled_in(self, text: str, present: Collection[str]) -> Iterator[Match]:
        for found in spelled_names(text, lambda name: self._spelled(name, present)):
            yield Match(start=found.start, end=found.end, kind="name", key=found.key)

    def _add(self, words: tuple[str, ...], key: str) -> None:
        for part in parts_of(words):
            self._add_sequence(part, key)
        is_slavic = looks_slavic(words)
        for place, word in enumerate(words):
            for form in spellings(word) | inflections(word, is_slavic=is_slavic):
                self._add_single(form, key, is_first=place == 0)
            for prefix in prefixes(word):
                self._prefixed[prefix + word] = len(prefix)
                self._add_single(prefix + word, key, is_first=place == 0)
        for form in short_forms(words[0]) if words else ():
            for one in spellings(form) | inflections(form, is_slavic=is_slavic):
                self._add_single(one, key, is_first=True)
        for form in (words[0], *short_forms(words[0])) if words else ():
            self.gate.update(one.encode() for one in drawn_out(form))
        for unspaced in filter(is_unspaced, words):
            for piece in unspaced_parts(unspaced):
                self._unspaced[piece[0]].setdefault(piece, key)

    def _add_sequence(self, words: tuple[str, ...], key: str) -> None:
        self._sequences[words[0]].setdefault(words, key)
        self._beginnings.add("".join(words)[:_BEGINNING])

    def _add_single(self, word: str, key: str, *, is_first: bool) -> None:
        if len(word) > 1 and not word.isdecimal():
            persons = self._single[word]
            persons[key] = persons.get(key, False) or is_first
            self._beginnings.add(word[:_BEGINNING])
        for form in {word, unicodedata.normalize("NFD", word)}:
            self._open_gate(form)

    def _open_gate(self, word: str) -> None:
        """Let texts with a word through, as it is encoded in one of two ways."""
        pieces = word.encode("utf-8", "surrogatepass").translate(COARSE).split()
        if pieces:
            longest = max(pieces, key=len)
            self.gate |= {longest, longest + b"s"}

    def _spaced_in(self, text: str, present: Collection[str]) -> Iterator[Match]:
        words = [
            NameWord(match.start(), match.end(), fold(match[0]))
            for match in find_words(text)
        ]
        place = 0
        while place < len(words):
            form = self._known_form(words[place].text)
            if not form:
                place += 1
                continue
            words[place] = words[place]._replace(text=form)
            length, key = self._sequence_at(text, words, place)
            found = (words[place].start, words[place + max(length, 1) - 1].end)
            if key is None:
                key, found = self._single_at(text, words, place, present)
            if key is not None:
                yield Match(start=found[0], end=found[1], kind="name", key=key)
            place += max(length, 1)

    def _spelled(self, name: str, present: Collection[str]) -> str | None:
        """Return whom a name means that is spelled out, first and last name in one."""
        if name[:_BEGINNING] not in self._beginnings:
            return None
        for length in range(1, len(name)):
            for sequence, key in self._sequences.get(name[:length], _NONE).items():
                if "".join(sequence) == name:
                    return key
        persons = self._single.get(name)
        if not persons or is_common(name):
            return None
        return whom(name, persons, present)

    def _known_form(self, word: str) -> str:
        """Return the form in which a word is known; "" if it is not."""
        if word in self._single or word in self._sequences:
            return word
        if word[-1] == "s" and word[:-1] in self._single:
            return word
        for bare in (without_accents(word), in_latin(word)):
            if bare != word:  # José, of whom the address book has Jose
                return self._known_form(bare)
        numbered = word.rstrip("0123456789")
        if numbered in self._single and not is_common(numbered):
            return numbered
        return next((form for form in shortened(word) if form in self._single), "")

    def _sequence_at(
        self, text: str, words: Sequence[NameWord], place: int
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
        words: Sequence[NameWord],
        place: int,
        present: Collection[str],
    ) -> tuple[str | None, tuple[int, int]]:
        word = words[place]
        start, end, name = word
        if name not in self._single and len(name) > _GENITIVE and name[-1] == "s":
            name, end = name[:-1], end - 1
            if is_common(name):
                return None, (start, end)
        persons = self._single.get(name)
        if not persons:
            return None, (start, end)
        is_first = any(persons.values())
        initial = _INITIAL.search(text, max(0, start - 3), start)
        if initial and fold(initial[1]) in {person[0] for person in persons}:
            start = initial.start()  # A. Smith
        elif not (
            not is_first and self._is_family_ahead(text, words, place, persons)
        ) and not is_meant(text, words, place, name, is_first=is_first):
            return None, (start, end)
        start += self._prefixed.get(name, 0)
        return whom(name, persons, present), (start, end)

    def _is_family_ahead(
        self,
        text: str,
        words: Sequence[NameWord],
        place: int,
        persons: Collection[str],
    ) -> bool:
        """Return whether the same person's first name follows: Smith, Ann."""
        is_written = place == 0 or text[words[place].start].isupper()
        if place + 1 >= len(words) or not is_written:
            return False
        following = words[place + 1]
        return bool(
            _FAMILY_AHEAD.fullmatch(text, words[place].end, following.start)
            and any(
                is_first and person in persons
                for person, is_first in self._single.get(following.text, {}).items()
            )
        )

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
