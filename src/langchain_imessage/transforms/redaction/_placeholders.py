"""What stands in for what: gives out placeholders, knows them again, and takes them back.

A placeholder is recognized by its first and last character, which it has nowhere else: so
none can be mistaken for a part of another, nor arise from what two of them stand between.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.transforms.redaction._vault import Vault, VaultEntry

if TYPE_CHECKING:
    from collections.abc import Callable

PLACEHOLDER = re.compile(r"\[[a-z][a-z0-9 -]* [1-9][0-9]*\]")
"""What placeholders look like: `[phone 1]`."""

HIDDEN = "\ufffc"
"""What detectors see for each character of a placeholder."""

_KINDS = (
    "phone|email|card|iban|address|secret|ip|ssn|name|password|account|id|reference|birthday"
    "|handle|place"
)
_HARMLESS = re.compile(
    rf"\[(?:(?:{_KINDS}) [1-9][0-9]{{0,5}}|code [1-9][0-9]{{0,2}})\]"
)
"""Has too few digits to hide what its word says: another redactor's placeholder."""

_LONGEST = 80
"""Characters of a placeholder."""


def numbered(kind: str, number: int) -> str:
    """Return the placeholder of a kind and a number.

    Example:
        >>> numbered("phone", 1)
        '[phone 1]'
    """
    return f"[{kind.lower().replace('_', ' ')} {number}]"


class Placeholders:
    """The placeholders of a pass, and of those before it.

    Args:
        vault: Those of passes before.
        make: Makes one of its kind and its number.

    Raises:
        ValueError: If what is made cannot be known again.
    """

    def __init__(self, vault: Vault, make: Callable[[str, int], str]) -> None:
        self._make = make
        sample = make("name", 1)
        self._ends = _ends_of(sample)
        self.opening = self._ends[0]
        """What every placeholder begins with."""

        opening, closing = map(re.escape, self._ends)
        self._token = re.compile(
            f"{opening}[^{opening}{closing}]{{1,{_LONGEST}}}{closing}"
        )
        self._entries: dict[tuple[str, str], VaultEntry] = {}
        self._given: dict[str, VaultEntry] = {}
        self._reserved: dict[str, None] = {}
        self._last: Counter[str] = Counter()
        self.extend(vault)

    def vault(self, entries: int = 0, reserved: int = 0) -> Vault:
        """Return all placeholders; or those behind so many."""
        return Vault(
            entries=tuple(islice(self._entries.values(), entries, None)),
            reserved=tuple(islice(self._reserved, reserved, None)),
        )

    def size(self) -> tuple[int, int]:
        """Return how many placeholders there are, and how many texts are reserved."""
        return len(self._entries), len(self._reserved)

    def extend(self, vault: Vault) -> None:
        """Add placeholders that were given out elsewhere."""
        self._reserved.update(dict.fromkeys(vault.reserved))
        for entry in vault.entries:
            self._enter(entry)
            self._last[entry.kind] += 1

    def reserve(self, text: str) -> None:
        """Never give out what a text has of itself that looks like a placeholder."""
        if self.opening in text:
            for found in self._token.findall(text):
                if found not in self._given:
                    self._reserved[found] = None

    def hidden(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """Return a text with its placeholders hidden, and where they are.

        Returns:
            The text with other characters in their place, and where they are.
        """
        if self.opening not in text:
            return text, []
        spans = [m.span() for m in self._token.finditer(text) if self.stands(m[0])]
        parts, end = [], 0
        for start, stop in spans:
            parts += [text[end:start], HIDDEN * (stop - start)]
            end = stop
        return "".join([*parts, text[end:]]), spans

    def stands(self, text: str) -> bool:
        """Return whether a text is a placeholder: one of these, or another redactor's."""
        return text in self._given or _HARMLESS.fullmatch(text) is not None

    def of(self, kind: str, key: str, text: str) -> str:
        """Return the placeholder of a thing; a new one if it has none.

        Args:
            kind: What it is.
            key: What is equal where the same is meant.
            text: How it is written here; what is put back if this is the first time.
        """
        entry = self._entries.get((kind, key))
        return entry.placeholder if entry else self._new(kind, key, text)

    def restored(self, text: str) -> str:
        """Put back what placeholders stand for."""
        return self._token.sub(self._back, text)

    def split_unfinished(self, text: str) -> tuple[str, str]:
        """Return a text without the beginning of a placeholder at its end, and that."""
        place = text.rfind(self.opening)
        if place < 0 or self._ends[1] in text[place:] or len(text) - place > _LONGEST:
            return text, ""
        return text[:place], text[place:]

    def _back(self, match: re.Match[str]) -> str:
        entry = self._given.get(match[0])
        return entry.text if entry else match[0]

    def _new(self, kind: str, key: str, text: str) -> str:
        for _ in range(len(self._given) + len(self._reserved) + 1):
            self._last[kind] += 1
            placeholder = self._make(kind, self._last[kind])
            if placeholder not in self._given and placeholder not in self._reserved:
                self._enter(
                    VaultEntry(placeholder=placeholder, kind=kind, key=key, text=text)
                )
                return placeholder
        raise ArgumentValueError("Two numbers have to give two placeholders")

    def _enter(self, entry: VaultEntry) -> None:
        if _ends_of(entry.placeholder) != self._ends:
            raise ArgumentValueError(
                "All placeholders have to begin with the same character and to end with the "
                "same one"
            )
        self._entries[entry.kind, entry.key] = entry
        self._given[entry.placeholder] = entry


def _ends_of(placeholder: str) -> tuple[str, str]:
    if not 3 <= len(placeholder) <= _LONGEST:  # noqa: PLR2004 - two ends, and something
        raise ArgumentValueError(
            f"A placeholder has to have 3 to {_LONGEST} characters"
        )
    opening, closing, inside = placeholder[0], placeholder[-1], placeholder[1:-1]
    if (
        opening == closing
        or opening.isalnum()
        or closing.isalnum()
        or opening in inside
        or closing in inside
    ):
        raise ArgumentValueError(
            "A placeholder has to begin and to end with two different characters, brackets "
            "for example, that it has nowhere else"
        )
    return opening, closing
