"""A dataset on disk: its files, and what its manifest says of them.

Owns finding a dataset again. Reads no example. No content may get into an error message or
a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import PATH, check_arguments
from langchain_imessage.datasets._manifest import read_manifest
from langchain_imessage.errors import ExportError, ExportFileNotFoundError
from langchain_imessage.files import refuse_link, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset on disk.

    Attributes:
        folder: Where it is.
        sink: Who it is for.
        train: The training file.
        validation: The validation file; None where there is none.
        manifest: What the folder's `manifest.json` says.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> from langchain_imessage.datasets import write_dataset
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> dataset = write_dataset([session], "folder", sink="trl", validation=0)
        >>> dataset.train.name, dataset.validation, dataset.system_prompt
        ('train.jsonl', None, None)
    """

    folder: Path
    sink: str
    train: Path
    validation: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def system_prompt(self) -> str | None:
        """What every example begins with, and a tuned model should be told, too."""
        prompt: str | None = self.manifest.get("system_prompt")
        return prompt

    @property
    def notes(self) -> tuple[str, ...]:
        """What its reader should know, in sentences."""
        return tuple(self.manifest.get("notes", ()))

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the sink and the sizes, never a path or a word."""
        counts = {
            side: about and about.get("examples")
            for side, about in self.manifest.get("files", {}).items()
        }
        return f"Dataset(sink={self.sink!r}, examples={counts})"


@check_arguments(folder=PATH)
def read_dataset(folder: str | os.PathLike[str]) -> Dataset:
    """Find a dataset that was written before.

    Args:
        folder: Where it is.

    Returns:
        The dataset.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset, or not the files its
            manifest says.
        ExportFileNotFoundError: (a FileNotFoundError) If there is no such folder.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> from langchain_imessage.datasets import write_dataset
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> _ = write_dataset([session], "data", sink="trl", validation=0)
        >>> read_dataset("data")
        Dataset(sink='trl', examples={'train': 1, 'validation': None})
    """
    place = Path(folder)
    if not place.exists():
        raise ExportFileNotFoundError(
            f"There is no folder {shown(place)}: write_dataset (`langchain-imessage "
            "prepare`) makes one",
            path=place,
        )
    manifest = read_manifest(place)
    if manifest is None:
        raise ExportError(f"The folder {shown(place)} holds no dataset", path=place)
    files = {side: _file(place, about) for side, about in manifest["files"].items()}
    train = files.get("train")
    if train is None:
        raise ExportError(
            f"The dataset in {shown(place)} has no training file", path=place
        )
    return Dataset(
        folder=place,
        sink=manifest["sink"],
        train=train,
        validation=files.get("validation"),
        manifest=manifest,
    )


def _file(folder: Path, about: Mapping[str, Any] | None) -> Path | None:
    if about is None:
        return None
    path = folder / str(about["name"])
    refuse_link(path)  # it may lead to a file that nobody meant to upload
    if not path.is_file() or path.stat().st_size != about["bytes"]:
        message = (
            f"{about['name']} is not the file the manifest tells of: write it again"
        )
        raise ExportError(message, path=path)
    return path
