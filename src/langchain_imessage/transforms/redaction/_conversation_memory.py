"""What was found in a conversation so far, to be found where it stands again.

Owns when a text says something again: bare, in other punctuation, cut off by a quotation,
its last digits alone; or answers a question for it. Holds private values: no `repr` shows
them, and it is dropped when another conversation begins.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from typing_extensions import override

from langchain_imessage.text import find_words, fold
from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._dates import is_date_or_list
from langchain_imessage.transforms.redaction.detectors._text_features import (
    COARSE,
    features_of,
)
from langchain_imessage.transforms.redaction.detectors.announced._questions import (
    LOOK_BACK,
    answers_in,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    value_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_LEAST, _LEAST_ALONE = 4, 3
"""Letters and digits of a value that is known again; of one that stands alone."""

_MOST_PARTS = 12
"""Words of a value: of an address, or of a number in groups."""

_MOST_WRITTEN = 200
"""Values whose beginning is looked for in quotations that were cut off."""

_ALONE = 3
"""Words of a message that says little else than the value."""

_LONG_NUMBER = 9
"""Digits of a number whose last ones tell which it is."""

_TAIL = re.compile(
    r"(?:end(?:s|ing|et|ung)?(?: (?:in|with|auf))?|last (?:4|four|digits|6|six)|letzten? \w+|termina\w*(?: (?:en|em|con|in))?"
    r"|ultim\w+ \w+|finit par|derniers? chiffres|заканчива\w+(?: на)?|尾号|末尾)\W{0,4}$",
    re.IGNORECASE,
)
CUT_OFF = "…"
"""Ends a quotation that was cut off."""

_RUN_OF_DIGITS = re.compile(r"\d+")
_GROUPS = re.compile(r"\d+(?:[ -]\d+)*")
_UNKNOWN = frozenset({"name"})
"""Kinds that are known again by themselves."""


class ConversationMemory:
    """The private values of one conversation."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        self._beginnings: set[str] = set()
        self._written: dict[str, tuple[str, str]] = {}
        self._numbers: dict[str, tuple[str, str]] = {}
        self._recent: deque[str] = deque(maxlen=LOOK_BACK)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(values={len(self._values)})"

    def __bool__(self) -> bool:
        return bool(self._values or self._recent)

    def __len__(self) -> int:
        return len(self._values)

    def remember(self, match: Match, text: str) -> list[bytes]:
        """Remember what was found in a text.

        Returns:
            A word in ASCII of a value without digits: what to watch out for.
        """
        if match.kind in _UNKNOWN:
            return []
        written = text[match.start : match.end]
        known = match.kind, match.key
        for value in _forms(match.kind, written):
            if len(value) >= _LEAST_ALONE:
                self._values.setdefault(value, known)
                self._beginnings.add(value[:2])
        digits = "".join(filter(str.isdigit, written))
        if len(digits) >= _LONG_NUMBER:
            self._numbers[digits] = known
        if len(self._written) < _MOST_WRITTEN:
            self._written[written] = known
        words = fold(written).encode("utf-8", "ignore").translate(COARSE).split()
        return words[:1] if words and not digits else []

    def note(self, text: str) -> None:
        """Note what was said: the next messages may answer it."""
        self._recent.append(text)

    def find(self, text: str) -> Iterator[Match]:
        """Find values of before, and answers to what was asked."""
        yield from self._again(text)
        if self._numbers:
            yield from self._last_digits(text)
        if CUT_OFF in text:
            yield from self._cut_off(text)

    def answers(self, text: str) -> Iterator[Match]:
        """Find what a text says alone, of what was asked before it."""
        return answers_in(text, self._recent)

    def _again(self, text: str) -> Iterator[Match]:
        if not self._values:
            return
        if not self._may_begin(features_of(text)):
            return
        words = [(m.start(), m.end(), value_key(m[0])) for m in find_words(text)]
        least = _LEAST_ALONE if len(words) <= _ALONE else _LEAST
        for index, (start, _, first) in enumerate(words):
            if first[:2] not in self._beginnings:
                continue
            value = ""
            for _, end, word in words[index : index + _MOST_PARTS]:
                value += word
                known = self._values.get(value)
                if known and len(value) >= least:
                    yield Match(start=start, end=end, kind=known[0], key=known[1])

    def _may_begin(self, features: TextFeatures) -> bool:
        """Return quickly whether a text may have the beginning of a value."""
        if not features.is_simple:
            return True
        words = features.coarse.decode().split()
        return not self._beginnings.isdisjoint([word[:2] for word in words])

    def _last_digits(self, text: str) -> Iterator[Match]:
        if features_of(text).digits < _LEAST:
            return
        groups = [*_GROUPS.finditer(text), *_RUN_OF_DIGITS.finditer(text)]
        for start, end in {group.span() for group in groups}:
            digits = "".join(filter(str.isdigit, text[start:end]))
            if len(digits) < _LEAST or is_date_or_list(text[start:end]):
                continue
            is_tail = _TAIL.search(text, 0, start) is not None
            known = self._number_with(digits, is_tail=is_tail)
            if known:
                yield Match(start=start, end=end, kind=known[0], key=known[1])

    def _number_with(self, digits: str, *, is_tail: bool) -> tuple[str, str] | None:
        """Return the long number that begins or ends with some digits."""
        for number, known in self._numbers.items():
            if len(digits) >= len(number):
                continue
            if number.endswith(digits) and (is_tail or len(digits) > _LEAST):
                return known
            if number.startswith(digits) and len(digits) > _LEAST + 1:
                return known
        return None

    def _cut_off(self, text: str) -> Iterator[Match]:
        """Find the beginnings of values where a quotation was cut off."""
        for cut in re.finditer(CUT_OFF, text):
            for written, (kind, key) in self._written.items():
                for length in range(len(written) - 1, _LEAST_ALONE, -1):
                    if text.endswith(written[:length], 0, cut.start()):
                        start = cut.start() - length
                        yield Match(start=start, end=cut.start(), kind=kind, key=key)
                        break


def _forms(kind: str, written: str) -> Iterator[str]:
    """Yield what a value is known again by."""
    value = value_key(written)
    yield value
    if kind == "phone" and len(value) > _LONG_NUMBER:
        yield value[-10:]
    if kind == "address":
        words = [value_key(match[0]) for match in find_words(written)]
        if len(words) > 1 and len(words[0] + words[1]) > _LEAST:
            has_number = words[0][:1].isdigit() or words[1][:1].isdigit()
            if has_number and max(len(words[0]), len(words[1])) > _LEAST_ALONE:
                yield words[0] + words[1]
