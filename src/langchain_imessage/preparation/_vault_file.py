"""A vault ↔ its file: JSON, readable by its owner only, whole or not at all.

It holds everything that was taken out of the texts: it is not to be shared with them. No
content may get into an error message.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import PATH, check_arguments, having
from langchain_imessage.errors import ExportError, ExportFileNotFoundError
from langchain_imessage.files import read_private, replacing, shown
from langchain_imessage.transforms.redaction._vault import Vault, VaultEntry

if TYPE_CHECKING:
    import os

_FORMAT = 1
_FIELDS = ("placeholder", "kind", "key", "text")


@check_arguments(vault=having("entries", "reserved", said="a Vault"), path=PATH)
def write_vault(vault: Vault, path: str | os.PathLike[str]) -> None:
    """Write a vault to a file of mode 0600.

    Args:
        vault: A redactor's `vault`.
        path: The file to write or to replace; its folder must be there.

    Raises:
        ExportError: (a ValueError) If the path is a symbolic link, or no file.
        OSError: If the file cannot be written.

    Example:
        >>> from langchain_imessage.transforms import Redactor
        >>> redactor = Redactor(names=["Ann Smith"])
        >>> redactor.redact_text("Ask Ann.")
        'Ask [name 1].'
        >>> write_vault(redactor.vault, "vault.json")
        >>> Redactor(vault=read_vault("vault.json")).restore("Ask [name 1].")
        'Ask Ann.'
    """
    entries = [[getattr(entry, name) for name in _FIELDS] for entry in vault.entries]
    content = {"format": _FORMAT, "entries": entries, "reserved": vault.reserved}
    with replacing(Path(path)) as file:
        json.dump(content, file, indent=0)
        file.write("\n")


@check_arguments(path=PATH)
def read_vault(path: str | os.PathLike[str]) -> Vault:
    """Read a vault's file.

    Args:
        path: What `write_vault` wrote.

    Returns:
        The vault.

    Raises:
        ExportError: (a ValueError) If it is no vault, a damaged one, or a symbolic link.
        ExportFileNotFoundError: (a FileNotFoundError) If there is no such file.
        OSError: If the file cannot be read.

    Example:
        >>> from langchain_imessage.transforms import Redactor
        >>> write_vault(Redactor().vault, "empty.json")
        >>> read_vault("empty.json").entries
        ()
    """
    source = Path(path)
    try:
        raw = read_private(source)
    except FileNotFoundError as error:
        raise ExportFileNotFoundError(
            f"There is no vault {shown(source)}", path=source
        ) from error
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        return _vault(json.loads(raw))
    # Not where it was caught: a decoder's error holds the whole file.
    raise ExportError("The file is not a vault, or it is damaged", path=source)


def _vault(content: Any) -> Vault:
    if content["format"] != _FORMAT:
        raise ValueError
    entries = tuple(
        VaultEntry(**dict(zip(_FIELDS, map(_string, values), strict=True)))
        for values in content["entries"]
    )
    keys = {(entry.kind, entry.key) for entry in entries}
    if not len({entry.placeholder for entry in entries}) == len(keys) == len(entries):
        raise ValueError
    return Vault(entries=entries, reserved=tuple(map(_string, content["reserved"])))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
