"""The balloon of a row → what it is: decides by its bundle whose payload it carries.

A balloon is what is drawn by something else than Messages itself: a link's preview, an
app, a poll, handwriting. One file for each kind that has a payload to parse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from langchain_imessage.decoding.archives._keyed_archives import learning_archives
from langchain_imessage.decoding.balloons._app_messages import APP_FIELDS, parse_app
from langchain_imessage.decoding.balloons._links import LINK_FIELDS, parse_link
from langchain_imessage.decoding.balloons._poll_payloads import POLL_FIELDS, parse_poll
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import App, Link, Poll

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from langchain_imessage.decoding.archives._learned_lists import LearnedLists
    from langchain_imessage.records import Vote

LINK = "com.apple.messages.URLBalloonProvider"
POLL = "com.apple.messages.Polls"

_HANDWRITING = "com.apple.Handwriting.HandwritingProvider"
_DIGITAL_TOUCH = "com.apple.DigitalTouchBalloonProvider"

_KIND_FOLLOWS = b"\x08"
"""How the payload of a Digital Touch begins: its first field is a number."""

_TOUCHES = {1: "tap", 3: "heartbeat", 4: "sketch", 7: "kiss", 8: "fireball"}
"""What that number means. The rest is strokes: there are no words in them."""


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
    if bundle == _HANDWRITING:
        return App(kind="handwriting", bundle=bundle, text="Handwritten message")
    if bundle == _DIGITAL_TOUCH:
        return App(kind="digital touch", bundle=bundle, text=_touch(payload or b""))
    if bundle is None and payload is None:
        return None
    name = LINK if bundle is None else bundle.rpartition(":")[2]
    try:
        parse, archives = _PARSERS.get(name, _APPS)
        found = parse(archives.load(payload or b""), name)
    except DecodeError:
        found = None
    if found is None and name not in {LINK, POLL}:
        return parse_app({}, name)
    return found


def _touch(payload: bytes) -> str:
    """Return which Digital Touch a payload is of."""
    kind = payload[1] if len(payload) > 1 and payload.startswith(_KIND_FOLLOWS) else 0
    return _TOUCHES.get(kind, "Digital Touch")


_Parser: TypeAlias = "tuple[Callable[[Any, str], Balloon | None], LearnedLists]"

_APPS: _Parser = parse_app, learning_archives(APP_FIELDS)
_PARSERS: dict[str, _Parser] = {
    LINK: (lambda root, _: parse_link(root), learning_archives(LINK_FIELDS)),
    POLL: (lambda root, _: parse_poll(root), learning_archives(POLL_FIELDS)),
}
"""What parses a payload, and what reads the fields it needs."""
