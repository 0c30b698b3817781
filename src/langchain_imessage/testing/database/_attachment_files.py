"""Attachments to write: what the table says of them and, if wanted, the files themselves."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment.

    Attributes:
        name: What it was called when it was sent.
        mime_type: None, as Messages often has it, where `uniform_type` says enough.
        uniform_type: Apple's name for its type.
        data: Its content, to be written where Messages would; None writes no file, as when
            iCloud has removed it.
        is_sticker: Whether it is a sticker.
        is_hidden: Whether it is a preview's image, and not shown.
        emoji: The description, if it is a Genmoji.
        app: The app a sticker is from.
        transcription: What a voice message says.
    """

    name: str = "picture.jpeg"
    mime_type: str | None = "image/jpeg"
    uniform_type: str | None = "public.jpeg"
    data: bytes | None = field(default=None, repr=False)
    is_sticker: bool = False
    is_hidden: bool = False
    emoji: str | None = None
    app: str | None = None
    transcription: str | None = None

    def write(self, folder: Path, guid: str) -> str:
        """Write the file, if there is one; return its path as the table has it.

        Args:
            folder: Where attachments are kept.
            guid: The attachment's guid, a folder of its own.

        Returns:
            The path, as the column `filename` has it.
        """
        place = f"Attachments/00/{guid}/{self.name}"
        if self.data is not None:
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.data)
        return f"~/Library/Messages/{place}"

    def columns(self) -> dict[str, Any]:
        """Return the columns of its row that say what it is."""
        return {
            "transfer_name": self.name,
            "mime_type": self.mime_type,
            "uti": self.uniform_type,
            "total_bytes": len(self.data or b""),
            "is_sticker": int(self.is_sticker),
            "hide_attachment": int(self.is_hidden),
            "emoji_image_short_description": self.emoji,
            "attribution_info": plistlib.dumps({"name": self.app})
            if self.app
            else None,
        }
