"""Folders with all the files of a model, and nothing to compute in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_empty_model(folder: Path, *, weights: bytes = b"1234") -> Path:
    """Write a model that no program would train; all of its files are whole."""
    folder.mkdir()
    header = json.dumps({"a": {"data_offsets": [0, len(weights)]}}).encode()
    length = len(header).to_bytes(8, "little")
    (folder / "model.safetensors").write_bytes(length + header + weights)
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}')
    return folder
