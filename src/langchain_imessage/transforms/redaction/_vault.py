"""A vault: which placeholder stands for what. It holds all that was taken out of the texts.

The value only; files are `export`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from typing_extensions import override


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultEntry:
    """One placeholder.

    Attributes:
        placeholder: What is in the redacted texts.
        kind: What it stands for: "phone", "name", ...
        key: What is equal where the same thing is meant.
        text: How it was written first; what is put back.
    """

    placeholder: str
    kind: str
    key: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """All placeholders of a pass, and of those before it.

    Attributes:
        entries: In the order they were first needed.
        reserved: What looks like a placeholder, but was in the texts themselves.

    Example:
        >>> Vault()
        Vault(entries=0, reserved=0)
    """

    entries: tuple[VaultEntry, ...] = ()
    reserved: tuple[str, ...] = ()

    @override
    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(entries={len(self.entries)}, "
            f"reserved={len(self.reserved)})"
        )
