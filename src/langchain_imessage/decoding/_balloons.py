"""The balloon of a row → what it is: decides by its bundle whose payload it carries.

A balloon is what is drawn by something else than Messages itself: a link's preview, an
app, a poll, handwriting. One file for each kind that has a payload to parse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from langchain_imessage.decoding._app_messages import APP_FIELDS, parse_app
from langchain_imessage.decoding._archives import load_archive
from langchain_imessage.decoding._links import LINK_FIELDS, parse_link
from langchain_imessage.decoding._poll_payloads import POLL_FIELDS, parse_poll
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import App, Link, Poll

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from langchain_imessage.records import Vote

LINK = "com.apple.messages.URLBalloonProvider"
POLL = "com.apple.messages.Polls"

_WITHOUT_PAYLOAD = {
    "com.apple.Handwriting.HandwritingProvider": (
        "handwriting",
        "Handwritten message",
    ),
    "com.apple.DigitalTouchBalloonProvider": ("digital touch", "Digital Touch"),
}
"""Drawings: their payloads are strokes, and hold no words."""


Balloon: TypeAlias = "App | Link | Poll | tuple[Vote, ...]"
"""A link's preview, a poll, votes in one, or an app's message."""


def parse_balloon(bundle: str | None, payload: bytes | None) -> Balloon | None:
    """Parse the balloon of a row.

    Args:
        bundle: `balloon_bundle_id`. A link's preview sometimes has none.
        payload: `payload_data`.

    Returns:
        What it is; None where there is no balloon, or none that can be read.
    """
    if bundle in _WITHOUT_PAYLOAD:
        kind, text = _WITHOUT_PAYLOAD[bundle]
        return App(kind=kind, bundle=bundle, text=text)
    if bundle is None and payload is None:
        return None
    name = LINK if bundle is None else bundle.rpartition(":")[2]
    try:
        parse, wanted = _PARSERS.get(name, (parse_app, APP_FIELDS))
        found = parse(load_archive(payload or b"", wanted), name)
    except DecodeError:
        found = None
    if found is None and name not in {LINK, POLL}:
        return parse_app({}, name)
    return found


_PARSERS: dict[str, tuple[Callable[[Any, str], Balloon | None], frozenset[str]]] = {
    LINK: (lambda root, _: parse_link(root), LINK_FIELDS),
    POLL: (lambda root, _: parse_poll(root), POLL_FIELDS),
}
"""What parses a payload, and the fields it reads."""
