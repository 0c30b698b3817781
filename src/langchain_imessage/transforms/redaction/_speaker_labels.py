"""What stands for a speaker: the placeholder of a name, or of an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from langchain_imessage.addresses import parse_address

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction._finder import Finder
    from langchain_imessage.transforms.redaction._placeholders import Placeholders


class SpeakerLabels:
    """The placeholders of speakers, each made once.

    Args:
        placeholders: Gives out placeholders.
        finder: Knows names and numbers.
    """

    def __init__(self, placeholders: Placeholders, finder: Finder) -> None:
        self._placeholders = placeholders
        self._finder = finder
        self._made: dict[tuple[str, object], str] = {}
        self._owners: dict[str, object] = {}

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._made)})"

    def of(self, name: str, person: object = None) -> str:
        """Return the placeholder of a speaker.

        Args:
            name: What they are called.
            person: Their id, where it is known: two people who are called the same have
                two placeholders.
        """
        label = self._made.get((name, person))
        if label is None:
            label = self._made[name, person] = self._new(name, person)
        return label

    def _new(self, name: str, person: object) -> str:
        if self._placeholders.stands(name):
            return name
        address = self._address_key(name)
        kind, key = address or ("name", self._name_key(name, person))
        return self._placeholders.of(kind, key, name)

    def _name_key(self, name: str, person: object) -> str:
        key = self._finder.names.learn(name)
        if person is None or self._owners.setdefault(key, person) == person:
            return key
        return self._finder.names.learn(name, f"{key} ({person})")

    def _address_key(self, name: str) -> tuple[str, str] | None:
        """Return the kind and key of an address; None for a name."""
        address = parse_address(name)
        if address.kind == "word":
            return None
        if address.kind == "email":
            return "email", address.key
        phones = self._finder.phones
        number = phones.key(name) if phones else None
        return "phone", number or address.key
