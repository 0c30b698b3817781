"""A model's folder: whether all of it is there, and what it is recognised by.

Owns which files a trainer needs and how a cut one is noticed, without reading the weights:
a download that was interrupted is refused before anybody agreed to train it. Reads; loads
nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import local_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_imessage.errors import FineTuningError

_CONFIG = "config.json"
_INDEX = "model.safetensors.index.json"
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "tiktoken.model")
_TOKENIZER_CONFIG = "tokenizer_config.json"
_TEMPLATES = ("chat_template.jinja", "chat_template.json", "chat_templates")
_TEMPLATE_KEYS = ("chat_template", "chat_template_type")
_LENGTH = 8
"""Bytes in which a safetensors file says how long its header is."""
_MOST_HEADER = 1 << 27
"""Bytes of a header; a real one has some hundred thousand."""
_SAMPLE = 1 << 16
"""Bytes read at a time for a digest."""


def require_whole(folder: Path) -> None:
    """Refuse a folder from which no model can be trained.

    Raises:
        FineTuningError: It names the file that is missing or damaged.
    """
    described = _object(folder / _CONFIG)
    if "model_type" not in described:
        raise _unusable(_CONFIG, "names no model_type")
    if described.get("model_file"):
        raise _unusable(_CONFIG, "names code of the model's own, which is not run")
    for path in _weight_files(folder):
        if not _is_whole(path):
            raise _unusable(path.name, "is damaged, or not downloaded completely")
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        raise _unusable(_TOKENIZERS[0], "is missing")
    config = folder / _TOKENIZER_CONFIG
    settings = _object(config) if config.is_file() else {}
    has_file = any((folder / name).exists() for name in _TEMPLATES)
    if not has_file and not any(settings.get(key) for key in _TEMPLATE_KEYS):
        raise local_error("no_chat_template")


def digest_of(folder: Path) -> str:
    """Return a digest that differs when the model in a folder does.

    Of the weights it reads some parts of each file: they have gigabytes.

    Raises:
        FineTuningError: It names the file that cannot be read.
    """
    found = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), *folder.glob("*.json")]):
        try:
            for part in _sample_of(path):
                found.update(part)
        except OSError as error:
            raise _unusable(path.name, "cannot be read") from error
    return found.hexdigest()


def _sample_of(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    yield f"{path.name} {size}\n".encode()
    with path.open("rb") as file:
        for place in (0, size // 2, size - _SAMPLE):
            file.seek(max(0, place))
            yield file.read(_SAMPLE)


def _weight_files(folder: Path) -> Iterator[Path]:
    """Yield the files with weights: those that the index names, or all there are."""
    if (folder / _INDEX).is_file():
        parts = _object(folder / _INDEX).get("weight_map")
        names = set(parts.values()) if isinstance(parts, dict) else set()
        yield from (folder / str(name) for name in sorted(names, key=str))
        return
    found = sorted(folder.glob("model*.safetensors"))
    if not found:
        raise _unusable("model.safetensors", "is missing")
    yield from found


def _is_whole(path: Path) -> bool:
    """Return whether a safetensors file is as long as its header says."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH), "little")
            header = json.loads(file.read(length) if length < _MOST_HEADER else b"")
        ends = [one["data_offsets"][1] for k, one in header.items() if k[:2] != "__"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return path.stat().st_size == _LENGTH + length + max(ends, default=0)


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _unusable(path.name, "is missing") from None
    except (OSError, ValueError):
        value = None
    if not isinstance(value, dict):
        raise _unusable(path.name, "is no object of JSON")
    return value


def _unusable(name: str, what: str) -> FineTuningError:
    return local_error("model_unusable", f"In its folder, {name} {what}.")
