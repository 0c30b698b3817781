"""An attachment's columns → what kind of thing it is; touches no file."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import PurePosixPath

_BY_TYPE = {
    "com.apple.coreaudio-format": "audio/x-caf",
    "public.heic": "image/heic",
    "public.heif": "image/heif",
    "public.heics": "image/heic-sequence",
    "public.jpeg": "image/jpeg",
    "public.png": "image/png",
    "public.tiff": "image/tiff",
    "com.compuserve.gif": "image/gif",
    "org.webmproject.webp": "image/webp",
    "com.apple.quicktime-movie": "video/quicktime",
    "public.mpeg-4": "video/mp4",
    "public.3gpp": "video/3gpp",
    "public.vcard": "text/vcard",
    "com.adobe.pdf": "application/pdf",
}
"""Apple's uniform types, for rows that have no MIME type."""

_BY_SUFFIX = {
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".heics": "image/heic-sequence",
    ".caf": "audio/x-caf",
    ".amr": "audio/amr",
    ".mov": "video/quicktime",
    ".webp": "image/webp",
    ".vcf": "text/vcard",
}
"""What Python's own table does not know everywhere."""

_KINDS = ("image", "video", "audio")
_CONTACTS = {"text/vcard", "text/x-vcard", "text/directory"}
_LOCATION = ".loc.vcf"
_HIDDEN = ".pluginpayloadattachment"


def mime_type_of(
    mime_type: str | None, uniform_type: str | None, name: str | None
) -> str | None:
    """Return an attachment's MIME type: the stored one, else by its type or suffix."""
    if mime_type:
        return mime_type.lower()
    suffix = PurePosixPath(name or "").suffix.lower()
    return (
        _BY_TYPE.get(uniform_type or "")
        or _BY_SUFFIX.get(suffix)
        or guess_type(f"x{suffix}")[0]
    )


def attachment_kind(
    mime_type: str | None,
    name: str | None,
    *,
    is_sticker: bool,
    is_emoji: bool,
    is_voice: bool,
) -> str:
    """Return an attachment's kind, as `records.Attachment` names them."""
    if is_emoji:
        return "emoji"
    if is_sticker:
        return "sticker"
    main = (mime_type or "").partition("/")[0]
    if main == "audio" and is_voice:
        return "voice"
    if main in _KINDS:
        return main
    if (name or "").lower().endswith(_LOCATION):
        return "location"
    if mime_type in _CONTACTS:
        return "contact"
    return "file" if mime_type or name else "unknown"


def is_hidden(name: str | None, *, is_marked: bool) -> bool:
    """Return whether an attachment belongs to a preview or an app, and is not shown."""
    return is_marked or (name or "").lower().endswith(_HIDDEN)
