"""A file and an upload in parts, as the fine-tuning server keeps and shows them.

Owns their records and how a request says when they expire. Reads and writes no file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_imessage.testing.openai_server._exchange import (
    require_number,
    require_one_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UPLOAD_LIFE = 3_600
"""Seconds an upload waits for its parts: OpenAI's limit."""

_SHORTEST_LIFE, _LONGEST_LIFE = 3_600, 2_592_000


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file: what is known of it, and where it is."""

    id: str
    name: str
    purpose: str
    size: int
    path: Path
    created_at: int
    expires_at: int | None = None
    polls_left: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Show it as the API does; what there is nothing of is left out, never null."""
        shown = {
            "id": self.id,
            "object": "file",
            "bytes": self.size,
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "uploaded" if self.polls_left else "processed",
        }
        return (
            shown
            if self.expires_at is None
            else {**shown, "expires_at": self.expires_at}
        )


@dataclass(slots=True, kw_only=True)
class PendingUpload:
    id: str
    name: str
    purpose: str
    size: int
    created_at: int
    life: int | None
    status: str = "pending"
    parts: dict[str, tuple[Path, int]] = field(default_factory=dict)
    file: StoredFile | None = None

    def to_dict(self) -> dict[str, Any]:
        shown = {
            "id": self.id,
            "object": "upload",
            "bytes": self.size,
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
            "status": self.status,
            "expires_at": self.created_at + UPLOAD_LIFE,
        }
        return shown if self.file is None else {**shown, "file": self.file.to_dict()}


def form_object(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Collect a form's `name[key]` fields."""
    start = f"{name}["
    return {k[len(start) : -1]: v for k, v in values.items() if k.startswith(start)}


def seconds_to_live(policy: Mapping[str, Any]) -> int | None:
    """Read when a file is to expire: OpenAI's `expires_after`, seconds also as text."""
    if not policy:
        return None
    require_one_of(policy.get("anchor"), "expires_after.anchor", ("created_at",))
    seconds = policy.get("seconds")
    if isinstance(seconds, str) and seconds.isdecimal():
        seconds = int(seconds[:9])
    name = "expires_after.seconds"
    life: int = require_number(seconds, name, _SHORTEST_LIFE, _LONGEST_LIFE)
    return life
