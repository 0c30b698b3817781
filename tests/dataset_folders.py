"""A dataset folder written by hand, with rows of any shape: what the page is made from."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REPORT: dict[str, Any] = {
    "sessions": 3,
    "messages": 20,
    "kept": 12,
    "examples": 4,
    "reasons": {"unanswered": 5, "no message before it": 3},
    "gaps": [[1800, 2], [43200, 1]],
    "histograms": {
        "tokens": [[0, 1], [32, 3]],
        "turns": [[2, 3], [4, 1]],
        "reply_lengths": [[1, 2], [8, 3]],
        "hours": [0] * 12 + [4] + [0] * 11,
        "people": [[1, 3], [2, 1]],
    },
    "short_replies": [["ok", 3]],
    "redactions": {"phone": 2, "name": 1},
    "decisions": {"vetoed": 0, "matched": 0},
    "source": {"sessions": 3, "messages": 20, "digest": "00ff"},
    "system_prompt": None,
}


def talk(*said: str, **of_answers: Any) -> dict[str, Any]:
    """Make a row of messages, the user's first, then one each."""
    return {
        "messages": [
            {"role": "assistant", "content": text, **of_answers}
            if index % 2
            else {"role": "user", "content": text}
            for index, text in enumerate(said)
        ]
    }


def write_folder(
    folder: Path,
    train: Iterable[Any],
    validation: Iterable[Any] = (),
    *,
    sink: str = "openai",
    **manifest: Any,
) -> Path:
    """Write a dataset folder; a row that is text is written as it is."""
    folder.mkdir(exist_ok=True)
    files = {
        "train": _write(folder / "train.jsonl", train),
        "validation": _write(folder / "validation.jsonl", validation),
    }
    if not files["validation"]["examples"]:
        files["validation"] = None
        (folder / "validation.jsonl").unlink()
    described = {
        "examples": _facts(folder, files),
        "format": 1,
        "package": "langchain-imessage",
        "version": "0.1.0",
        "sink": sink,
        "settings": {"sender": "Me", "gap": "auto"},
        "source": None,
        "report": None,
        "system_prompt": None,
        "counter": "o200k_base",
        "files": files,
        "split": {
            "share": 0.1,
            "cutoff": "2024-03-12T09:30:00+00:00",
            "train_last": "2024-03-12T08:58:12+00:00",
            "validation_first": "2024-03-12T10:02:41+00:00",
            "shared_messages": 0,
            "shared_segments": 0,
        },
        "estimate": {"epochs": 3, "billed_tokens": 600_000},
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(described), "utf-8")
    return folder


def _write(path: Path, rows: Iterable[Any]) -> Any:
    digest, size, count = sha256(), 0, 0
    with path.open("wb") as file:
        for row in rows:
            text = row if isinstance(row, str) else json.dumps(row)
            line = f"{text}\n".encode()
            digest.update(line)
            size += file.write(line)
            count += 1
    return {
        "name": path.name,
        "sha256": digest.hexdigest(),
        "bytes": size,
        "examples": count,
        "tokens": size // 6,
    }


def _facts(folder: Path, files: dict[str, Any]) -> Any:
    """Write what is known of each row: two conversations, a day apart."""
    rows = [
        {
            "side": side,
            "id": f"{line + 1 + 16**9 * (side == 'validation'):016x}",
            "chat": 1 + line % 2,
            "title": "",
            "people": [f"Friend {1 + line % 2}"],
            "first": f"2024-03-{1 + line % 28:02}T12:00:00+00:00",
            "last": f"2024-03-{1 + line % 28:02}T12:30:00+00:00",
            "answers": 1,
            "tokens": 9,
        }
        for side, about in files.items()
        for line in range(about["examples"] if about else 0)
    ]
    about = _write(folder / "examples.jsonl", rows)
    return {key: about[key] for key in ("name", "sha256", "bytes")}
