"""An iMessage app's archived payload → an `App`; reads values, never bytes."""

from __future__ import annotations

import re
from typing import Any

from langchain_imessage.records import App

_KINDS = {
    "com.apple.PassbookUIService.PeerPaymentMessagesExtension": "apple pay",
    "com.apple.ActivityMessagesApp.MessagesExtension": "fitness",
    "com.apple.mobileslideshow.PhotosMessagesApp": "photos",
    "com.apple.SafetyMonitorApp.SafetyMonitorMessages": "check in",
    "com.apple.findmy.FindMyMessagesApp": "find my",
    "com.apple.icloud.apps.messages.business.extension": "business",
    "com.apple.Music.MessagesExtension": "music",
    "com.apple.Maps.MessagesExtension": "maps",
    "com.apple.appstore.MessagesExtension": "app store",
    "com.gamerdelights.gamepigeon.ext": "game",
}
"""By the last field of the bundle's id; every other is an "app"."""

TEMPLATE = "$(kIM"
"""How a place begins where Messages puts a name, as in
`$(kIMTranscriptPluginBreadcrumbTextSenderIdentifier) completed a workout.`"""

_TEMPLATE = re.compile(r"\$\(kIM\w*\)?(?:['\u2019]s\b)?")

_CAPTIONS = (
    "image-title",
    "image-subtitle",
    "caption",
    "subcaption",
    "secondary-subcaption",
    "tertiary-subcaption",
)

APP_FIELDS = frozenset(
    {"userInfo", "an", "ldtext", "URL", "sessionIdentifier", *_CAPTIONS}
)
"""All that is read: the rest is mostly the app's icon."""


def parse_app(root: Any, bundle: str) -> App:
    """Read an app's message.

    Args:
        root: What the payload's archive holds.
        bundle: The last field of its bundle's id.

    Returns:
        The message, with the words the app gave it: its own sentence, else its captions,
        else the app's name, else the last word of its bundle's id.
    """
    fields = root if isinstance(root, dict) else {}
    info = fields.get("userInfo")
    info = info if isinstance(info, dict) else {}
    captions = [text for name in _CAPTIONS if (text := _text(info.get(name)))]
    name = _text(fields.get("an"))
    return App(
        kind=_KINDS.get(bundle, "app"),
        name=name,
        bundle=bundle,
        text=_text(fields.get("ldtext"))
        or ", ".join(dict.fromkeys(captions))
        or name
        or bundle.rpartition(".")[2],
        url=_text(fields.get("URL")),
        session=_text(fields.get("sessionIdentifier")),
    )


def has_template(text: str) -> bool:
    """Return whether a text is an app's, with places where Messages puts names."""
    return TEMPLATE in text


def fill_template(text: str) -> str:
    """Return an app's text without the places where Messages puts names."""
    return " ".join(_TEMPLATE.sub(" ", text).split()).lstrip(" ,.:;")


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return (fill_template(value) if has_template(value) else value.strip()) or None
