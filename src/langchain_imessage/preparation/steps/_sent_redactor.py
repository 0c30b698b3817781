"""What a redactor says of itself to one that stands for it in another process.

Owns that both are the same in the end, and know the same placeholders meanwhile: a text that
the other one redacted can be restored here.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._redactor import Redactor

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction._vault import Vault

_PROGRAM = b"__main__"
"""The module of what the program itself defines, which another process does not find."""


def can_be_sent(redactor: object) -> bool:
    """Return whether a redactor is the same in another process."""
    if type(redactor) is not Redactor:
        return False
    try:
        return _PROGRAM not in pickle.dumps(redactor)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False


def vault_after(redactor: Redactor, entries: int, reserved: int) -> Vault:
    """Return what a redactor's vault has behind so many entries and reserved texts."""
    return redactor._placeholders.vault(entries, reserved)  # noqa: SLF001 - for this alone


def vault_size(redactor: Redactor) -> tuple[int, int]:
    """Return how many entries and reserved texts a redactor's vault has."""
    return redactor._placeholders.size()  # noqa: SLF001 - likewise


def extend_vault(redactor: Redactor, more: Vault) -> None:
    """Add placeholders that another one gave out."""
    redactor._placeholders.extend(more)  # noqa: SLF001 - likewise


def become(redactor: Redactor, other: Redactor) -> None:
    """Make a redactor what another one is, which is not used any more."""
    vars(redactor).update(vars(other))
