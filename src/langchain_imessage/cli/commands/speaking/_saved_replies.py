"""An index of own replies that is kept in a file: made once, then grown by what is new.

Placeholders are numbered by the vault they were made with, which is kept beside the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.retrievers import OwnRepliesIndex


def vault_of(path: Path) -> Path:
    """Return where the vault of an index is."""
    return path.with_name(f"{path.name}.vault.json")


def saved_redactor(path: Path, never: list[str] | None) -> Any:
    """Return a redactor that goes on with an index's placeholders; end if it cannot."""
    from langchain_imessage.preparation import read_vault  # noqa: PLC0415 - takes 0.5 s
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415 - likewise

    vault = vault_of(path)
    if vault.exists():
        return Redactor(never=never or (), vault=read_vault(vault))
    if path.exists():
        fail(
            f"{shown(path)} has no {vault.name} beside it, which says what its placeholders "
            "stand for. If it was made with --no-redact, pass that; else delete it: it is "
            "made again."
        )
    return Redactor(never=never or ())


def grown_index(
    path: Path,
    loader: Callable[[str | None], IMessageChatLoader],
    choices: dict[str, Any],
) -> OwnRepliesIndex:
    """Load an index, or make it, and bring it to what the database is now.

    Args:
        path: Its file.
        loader: Returns the loader of what is new since a cursor; None for all.
        choices: What `OwnRepliesIndex.build` takes.

    Raises:
        ExportError: (a ValueError) If the file is none, damaged, or a symbolic link.
        OSError: If it cannot be read or written.
        ValueError: If it was built with other choices.
    """
    from langchain_imessage.preparation import write_vault  # noqa: PLC0415 - takes 0.5 s
    from langchain_imessage.retrievers import OwnRepliesIndex  # noqa: PLC0415 - likewise

    redactor = choices.get("redactor")
    if path.exists():
        index = OwnRepliesIndex.load(path, redactor=redactor)
        index.update(loader(index.cursor), **choices)
    else:
        index = OwnRepliesIndex.build(loader(None), **choices)
    if redactor is not None:  # first: an index without its vault would be of no use
        write_vault(redactor.vault, vault_of(path))
    index.save(path)
    return index
