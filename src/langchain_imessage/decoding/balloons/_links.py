"""A link preview's archived metadata → a `Link`; reads values, never bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.decoding.archives._keyed_archives import CLASS
from langchain_imessage.records import Link

if TYPE_CHECKING:
    from collections.abc import Mapping

LINK_FIELDS = frozenset(
    {
        "richLinkMetadata",
        "metadata",
        "specialization2",
        "specialization",
        "collaborationMetadata",
        "originalURL",
        "URL",
        "title",
        "name",
        "summary",
        "siteName",
        "application",
        "artist",
        "album",
        "subtitle",
        "genre",
        "platform",
        "address",
        "NS.relative",
        "_street",
    }
)
"""All that is read: the rest is icons, pictures and what belongs to them."""

_SPECIALIZATIONS = {
    "LPiTunesMediaSongMetadata": "song",
    "LPiTunesMediaAlbumMetadata": "album",
    "LPAppleMusicTVShowMetadata": "show",
    "LPiTunesMediaSoftwareMetadata": "app",
    "LPMapMetadata": "place",
    "LPSharingMetadata": "collaboration",
}
"""What a preview is of, by the class of its specialization."""


def parse_link(root: Any) -> Link | None:
    """Read a link's metadata.

    Args:
        root: What the payload's archive holds: the metadata, or what wraps them.

    Returns:
        The link; None if nothing says where it leads.
    """
    metadata = _metadata(root)
    special = _first(metadata, "specialization2", "specialization")
    special = special if isinstance(special, dict) else {}
    shared = metadata.get("collaborationMetadata")
    shared = shared if isinstance(shared, dict) else {}
    url = _text(metadata, "originalURL") or _text(metadata, "URL")
    if url is None:
        return None
    return Link(
        url=url,
        title=_text(shared, "title")
        or _text(special, "name", "title")
        or _text(metadata, "title"),
        summary=_summary(special) or _text(metadata, "summary"),
        site=_text(metadata, "siteName") or _application(special),
        kind="collaboration" if shared else _kind(special, metadata),
    )


def _metadata(root: Any) -> Mapping[str, Any]:
    """Unwrap the metadata from what they may be wrapped in."""
    for name in ("richLinkMetadata", "metadata"):
        if isinstance(root, dict) and isinstance(root.get(name), dict):
            root = root[name]
    return root if isinstance(root, dict) else {}


def _application(special: Mapping[str, Any]) -> str | None:
    """Return the app of a shared document, which may stand in a second wrapper."""
    inner = special.get("specialization")
    inner = inner if isinstance(inner, dict) else {}
    return _text(special, "application") or _text(inner, "application")


def _kind(special: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    known = _SPECIALIZATIONS.get(str(special.get(CLASS)))
    if known:
        return known
    if metadata.get(CLASS) == "LPSharingMetadataWrapper":
        return "collaboration"
    for field, kind in (
        ("artist", "song"),
        ("genre", "app"),
        ("platform", "app"),
        ("address", "place"),
    ):
        if special.get(field):
            return kind
    return "page"


def _summary(special: Mapping[str, Any]) -> str | None:
    """Return in a line what a song, an app or a place is, beside its name."""
    parts = [
        _text(special, name)
        for name in ("artist", "album", "subtitle", "genre", "address")
    ]
    return ", ".join(part for part in parts if part) or None


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        if value := fields.get(name):
            return value
    return None


def _text(fields: Mapping[str, Any], *names: str) -> str | None:
    """Return the first of some fields that is a text; an address may be an object."""
    if not fields:
        return None
    value = _first(fields, *names)
    if isinstance(value, dict):
        value = _first(value, "URL", "NS.relative", "_street")
    return value.strip() or None if isinstance(value, str) else None
