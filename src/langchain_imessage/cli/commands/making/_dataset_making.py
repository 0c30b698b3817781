"""Loads, prepares and writes a dataset, with progress, for the commands that need one."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from langchain_imessage.cli.terminal._progress_bar import progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_imessage.datasets import Dataset
    from langchain_imessage.preparation import Prepared


def make_dataset(
    source: dict[str, Any],
    choices: dict[str, Any],
    *,
    out: Path,
    sink: str,
    validation: float = 0.1,
    max_tokens: int | None = None,
) -> tuple[Dataset, Prepared]:
    """Load, prepare and write, with progress.

    Args:
        source: Arguments of the loader.
        choices: Arguments of `prepare`.
        out: The folder to write.
        sink: Who trains.
        validation: The share to hold out.
        max_tokens: The most tokens of an example; by default what the trainer takes.
    """
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )
    from langchain_imessage.datasets import write_dataset  # noqa: PLC0415
    from langchain_imessage.preparation import prepare as prepare_examples  # noqa: PLC0415

    if limit := max_tokens or _most_tokens(sink):
        choices = {**choices, "max_tokens": limit}
    options = {name: value for name, value in source.items() if name != "path"}
    loader = IMessageChatLoader(source["path"], **options)
    with _no_empty_folder(out), progress_bar("Preparing") as progress:
        if sys.stderr.isatty():  # to know how many there are costs a look
            choices = {**choices, "progress": progress}
        prepared = prepare_examples(loader, **choices)
        dataset = write_dataset(
            prepared, out, sink=sink, validation=validation, max_tokens=max_tokens
        )
    return dataset, prepared


@contextmanager
def _no_empty_folder(folder: Path) -> Iterator[None]:
    """Leave no folder behind that was made for a dataset which then was not written."""
    existed = folder.exists()
    try:
        yield
    except BaseException:
        if not existed:
            with suppress(OSError):
                folder.rmdir()
        raise


def _most_tokens(sink: str) -> int | None:
    """Return a trainer's own limit, where it is below what `prepare` makes."""
    from langchain_imessage.datasets import SINKS  # noqa: PLC0415
    from langchain_imessage.preparation._prepare_examples import MAX_TOKENS  # noqa: PLC0415

    limit = SINKS[sink].max_tokens
    return limit if limit is not None and limit < MAX_TOKENS else None
