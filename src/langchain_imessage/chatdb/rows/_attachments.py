"""Attachment rows and the slots in a body → attachments, each in its place.

Where a file lies is for `AttachmentFiles` to say: beside the database, or in a backup.
"""

from __future__ import annotations

from collections import defaultdict, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.decoding._attachment_kinds import (
    attachment_kind,
    is_hidden,
    mime_type_of,
)
from langchain_imessage.decoding._attributed_body import AttachmentSlot, Bubble
from langchain_imessage.decoding.archives._plists import load_plist
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Attachment, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.chatdb.sources._attachment_paths import AttachmentFiles

_IN_BUBBLE = "at_"
"""How a guid begins that names its attachment's bubble, and that behind it."""

_TRANSCRIPTIONS = ("audio-transcription", "IMAudioTranscription")
"""Where newer releases keep a voice message's words beside its body."""


class AttachmentRow(NamedTuple):
    """One attachment of one message, as `Queries.attachments` selects it."""

    message: int
    guid: str | None
    original_guid: str | None
    path: str | None
    mime_type: str | None
    uniform_type: str | None
    name: str | None
    size: int | None
    is_sticker: int | None
    is_hidden: int | None
    emoji: str | None
    attribution: bytes | None
    user_info: bytes | None


def by_message(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[AttachmentRow]]:
    """Sort attachment rows by the message they belong to."""
    found: dict[int, list[AttachmentRow]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(AttachmentRow(*row))
    return dict(found)


def not_taken_back(
    rows: Sequence[AttachmentRow], retracted: Iterable[int]
) -> Sequence[AttachmentRow]:
    """Return a message's attachments without those of bubbles that were taken back.

    These may still be in the table, named by their bubble.
    """
    if not rows:
        return rows
    gone = tuple(f"{_IN_BUBBLE}{number}_" for number in retracted)
    return [row for row in rows if not (row.guid or "").startswith(gone)]


def fill(
    bubbles: Sequence[Bubble],
    rows: Sequence[AttachmentRow],
    files: AttachmentFiles,
    *,
    is_voice: bool,
    is_cut: bool = False,
) -> tuple[Part, ...]:
    """Put a message's attachments where its body has slots for them.

    Args:
        bubbles: Its body. Slots name their attachments by guid, in any order.
        rows: Its attachments. What no slot names fills the slots that name nothing there
            is, in order; what is left then stands behind the words.
        files: Theirs.
        is_voice: Whether the message is a recorded one.
        is_cut: Whether some bubbles were taken back. Then what no slot is left for was
            in one of them, unless its guid names another.

    Returns:
        Its bubbles, with attachments in place of slots.
    """
    waiting = {
        guid: row for row in rows for guid in (row.original_guid, row.guid) if guid
    }
    named = {
        piece.guid
        for bubble in bubbles
        for piece in bubble.pieces
        if isinstance(piece, AttachmentSlot) and piece.guid
    }
    spare = deque(
        row
        for row in rows
        if not named & {row.guid, row.original_guid}
        and not is_hidden(row.name or row.path, is_marked=bool(row.is_hidden))
    )
    parts: list[Part] = []
    for bubble in bubbles:
        pieces: list[str | Attachment] = []
        for piece in bubble.pieces:
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            row = waiting.get(piece.guid or "")
            if row is None and spare:
                row = spare.popleft()
            pieces.append(
                _attachment(piece, row, bubble.number, files, is_voice=is_voice)
            )
        parts.append(Part(number=bubble.number, pieces=tuple(pieces)))
    for row in filter(_names_bubble, spare) if is_cut else spare:
        number = parts[-1].number + 1 if parts else 0
        found = _attachment(AttachmentSlot(), row, number, files, is_voice=is_voice)
        parts.append(Part(number=number, pieces=(found,)))
    return tuple(parts)


def _names_bubble(row: AttachmentRow) -> bool:
    return (row.guid or "").startswith(_IN_BUBBLE)


def _attachment(
    slot: AttachmentSlot,
    row: AttachmentRow | None,
    part: int,
    files: AttachmentFiles,
    *,
    is_voice: bool,
) -> Attachment:
    if row is None:
        return _without_row(slot, part, is_voice=is_voice)
    name = row.name or (Path(row.path).name if row.path else slot.name)
    mime_type = mime_type_of(row.mime_type, row.uniform_type, name)
    path, exists = files.locate(row.path) if row.path else (None, False)
    effect = None
    if row.is_sticker and path and exists:
        effect = files.effect_of_sticker(path)
    return Attachment(
        guid=row.guid or slot.guid or "",
        kind=attachment_kind(
            mime_type,
            name,
            is_sticker=bool(row.is_sticker),
            is_emoji=bool(row.emoji),
            is_voice=is_voice,
        ),
        name=name,
        mime_type=mime_type,
        size=row.size if isinstance(row.size, int) and row.size > 0 else None,
        path=path,
        exists=exists,
        part=part,
        description=row.emoji or _said(row.attribution, "name"),
        transcription=slot.transcription or _said(row.user_info, *_TRANSCRIPTIONS),
        effect=effect,
    )


def _without_row(slot: AttachmentSlot, part: int, *, is_voice: bool) -> Attachment:
    """Return an attachment of which only the body knows."""
    mime_type = mime_type_of(None, None, slot.name)
    kind = "voice" if is_voice else "unknown"
    if slot.name:
        kind = attachment_kind(
            mime_type, slot.name, is_sticker=False, is_emoji=False, is_voice=is_voice
        )
    return Attachment(
        guid=slot.guid or "",
        kind=kind,
        name=slot.name,
        mime_type=mime_type,
        part=part,
        transcription=slot.transcription,
    )


def _said(blob: bytes | None, *names: str) -> str | None:
    """Read a text out of a small property list; one that cannot be read has none."""
    if not blob:
        return None
    try:
        found = load_plist(blob, names)
    except DecodeError:
        return None
    fields: Mapping[str, Any] = found if isinstance(found, dict) else {}
    return next((v for n in names if isinstance(v := fields.get(n), str) and v), None)
