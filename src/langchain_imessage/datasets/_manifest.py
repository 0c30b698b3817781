"""`manifest.json`: the names a dataset's files can have, and how the manifest is read.

Owns that a manifest is believed only if it is one of this package's. What it says is put
together by the writer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from langchain_imessage.datasets._example_index import EXAMPLES
from langchain_imessage.datasets.formats._specs import SINKS
from langchain_imessage.files import read_private

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.datasets.formats._specs import Sink

MANIFEST: Final = "manifest.json"
TRAIN: Final = "train.jsonl"
DATASET_INFO: Final = "dataset_info.json"
"""What LLaMA-Factory reads to find the files."""

FORMAT: Final = 1
"""Of the manifest; a reader refuses others."""

PACKAGE: Final = "langchain-imessage"
_NAMES = frozenset({TRAIN, DATASET_INFO, *(s.validation_file for s in SINKS.values())})
"""All that a dataset can have; a manifest that names another file is not believed."""


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read a manifest; None if there is none of ours, or a link or a pipe in its place."""
    try:
        manifest = json.loads(read_private(folder / MANIFEST))
    except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", manifest) if _is_ours(manifest) else None


def _is_ours(manifest: Any) -> bool:
    if not isinstance(manifest, dict) or manifest.get("package") != PACKAGE:
        return False
    files, notes = manifest.get("files"), manifest.get("notes", [])
    sink, limit = manifest.get("sink"), manifest.get("max_tokens")
    return (
        manifest.get("format") == FORMAT
        and isinstance(sink, str)
        and sink in SINKS
        and isinstance(files, dict)
        and all(about is None or _is_file(about) for about in files.values())
        and isinstance(notes, list)
        and (limit is None or isinstance(limit, int))
        and _is_index(manifest.get("examples"))
    )


def _is_index(about: Any) -> bool:
    return about is None or _is_file(about, frozenset({EXAMPLES}))


def _is_file(about: Any, names: frozenset[str] = _NAMES) -> bool:
    return (
        isinstance(about, dict)
        and isinstance(about.get("name"), str)
        and about["name"] in names
        and isinstance(about.get("bytes"), int)
        and isinstance(about.get("sha256"), str)
    )


def owned_files(folder: Path) -> set[str]:
    """Name the files of the dataset that is in a folder."""
    manifest = read_manifest(folder)
    if manifest is None:
        return set()
    names = {about["name"] for about in manifest["files"].values() if about}
    if manifest.get("examples"):
        names.add(EXAMPLES)
    extra = {DATASET_INFO} if manifest["sink"] == "llamafactory" else set()
    return {MANIFEST, *names, *extra}


def possible_files(sink: Sink) -> list[str]:
    extra = [DATASET_INFO] if sink.name == "llamafactory" else []
    return [TRAIN, sink.validation_file, MANIFEST, EXAMPLES, *extra]
