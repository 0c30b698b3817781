"""Fuzz the files that may be a stranger's: pictures, vaults, state files, address books.

    python fuzz/fuzz_files.py -max_total_time=60

The invariant: a value or an `IMessageError`, nothing else. The first byte says which.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["langchain_imessage"]):
    from langchain_imessage.chat_loaders import _images
    from langchain_imessage.chatdb.people._address_books import load_cards
    from langchain_imessage.datasets import read_dataset
    from langchain_imessage.errors import IMessageError
    from langchain_imessage.finetuning.state._state_file import StateFile
    from langchain_imessage.preparation import read_vault
    from langchain_imessage.records import Attachment

FOLDER = Path(tempfile.mkdtemp(prefix="langchain-imessage-fuzz-"))


def picture(path: Path) -> None:
    """Show a picture, or none."""
    attachment = Attachment(guid="A", kind="image", path=str(path), exists=True)
    block = _images._block(attachment, (FOLDER.resolve(),))  # noqa: SLF001 - no message
    if block is not None and block["type"] != "image":
        raise TypeError


READERS = {
    "photo.jpg": picture,
    "vault.json": read_vault,
    "finetuning.json": lambda path: StateFile(path).read(),
    "manifest.json": lambda path: read_dataset(path.parent),
    "cards.vcf": lambda path: load_cards(path, address_book=None),
    "book.abcddb": lambda path: load_cards(path, address_book=None),
}


def try_one(data: bytes) -> None:
    """Write the bytes to a file, and read it as what it is said to be."""
    if not data:
        return
    name = list(READERS)[data[0] % len(READERS)]
    path = FOLDER / name
    path.write_bytes(data[1:])
    try:
        READERS[name](path)
    except IMessageError:
        pass
    finally:
        path.unlink()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
