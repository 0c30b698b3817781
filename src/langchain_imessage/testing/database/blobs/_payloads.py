"""The payloads of balloons, archived as Messages does: links, apps, polls, votes."""

from __future__ import annotations

import json
import plistlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LINK = "com.apple.messages.URLBalloonProvider"
"""`balloon_bundle_id` of a link's preview."""

_EXTENSION = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:"
POLL = _EXTENSION + "com.apple.messages.Polls"
"""`balloon_bundle_id` of a poll and of a vote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An object of any class, to be archived."""

    name: str
    fields: Mapping[str, Any]


def extension(bundle: str) -> str:
    """Return the `balloon_bundle_id` of an iMessage app.

    Args:
        bundle: The app's team and bundle id.

    Example:
        >>> extension("0000000000:com.example.app").rpartition(":")[2]
        'com.example.app'
    """
    return _EXTENSION + bundle


def archive(value: Any, *, top: str = "root") -> bytes:
    """Archive a value as NSKeyedArchiver does.

    Args:
        value: Dictionaries, lists, texts, numbers, data and `Archived` objects.
        top: What the archive calls it.
    """
    objects: list[Any] = ["$null"]
    root = _add(value, objects)
    return plistlib.dumps(
        {
            "$version": 100000,
            "$archiver": "NSKeyedArchiver",
            "$top": {top: root},
            "$objects": objects,
        },
        fmt=plistlib.FMT_BINARY,
    )


def url(address: str) -> Archived:
    """Return an address as an NSURL."""
    return Archived(name="NSURL", fields={"NS.base": None, "NS.relative": address})


def link_payload(address: str, /, *, kind: str | None = None, **metadata: Any) -> bytes:
    """Archive a link's preview.

    Args:
        address: Where it leads.
        kind: The class of its specialization; then `metadata` are the specialization's.
        metadata: `title`, `summary`, `siteName`, ...

    Returns:
        What Messages keeps in `payload_data`.

    Example:
        >>> link_payload("https://example.com", title="An example")[:8]
        b'bplist00'
    """
    fields = {"originalURL": url(address), "URL": url(address)}
    if kind:
        fields["specialization"] = Archived(name=kind, fields=metadata)
    else:
        fields |= metadata
    return archive(
        {
            "richLinkMetadata": Archived(name="LPLinkMetadata", fields=fields),
            "richLinkIsPlaceholder": False,
        }
    )


def app_payload(**fields: Any) -> bytes:
    """Archive an app's message.

    Args:
        fields: `ldtext`, `an`, `userInfo`, `sessionIdentifier`, ...

    Returns:
        What Messages keeps in `payload_data`.

    Example:
        >>> app_payload(ldtext="A game", an="Chess")[:8]
        b'bplist00'
    """
    return archive(fields)


def poll_payload(title: str, options: Mapping[str, str]) -> bytes:
    """Archive a poll.

    Args:
        title: What is asked.
        options: The text of each option, by the option's id.

    Returns:
        What Messages keeps in `payload_data`.

    Example:
        >>> poll_payload("Lunch?", {"1": "Yes", "2": "No"})[:8]
        b'bplist00'
    """
    item = {
        "title": title,
        "orderedPollOptions": [
            {"optionIdentifier": id_, "text": text} for id_, text in options.items()
        ],
    }
    return app_payload(URL=_state(item), an="Polls")


def vote_payload(voter: str, options: Iterable[str]) -> bytes:
    """Archive all of a person's votes in a poll.

    Args:
        voter: The person's address.
        options: The ids of the options chosen.

    Returns:
        What Messages keeps in `payload_data`.

    Example:
        >>> vote_payload("+14155550101", ["1"])[:8]
        b'bplist00'
    """
    votes = [
        {"voteOptionIdentifier": id_, "participantHandle": voter} for id_ in options
    ]
    return app_payload(URL=_state({"votes": votes}), an="Polls")


def _state(item: dict[str, Any]) -> Archived:
    raw = json.dumps({"version": 1, "item": item}).encode()
    return url(f"data:,{urlsafe_b64encode(raw).decode().rstrip('=')}?src=p")


def _add(value: Any, objects: list[Any]) -> plistlib.UID:
    """Add a value to the objects; return a reference to it."""
    if value is None:
        return plistlib.UID(0)
    place = len(objects)
    objects.append(None)
    if isinstance(value, Archived):
        objects[place] = _instance(
            value.name,
            {k: _add(v, objects) for k, v in value.fields.items()},
            objects,
        )
    elif isinstance(value, dict):
        keys = [_add(key, objects) for key in value]
        items = [_add(item, objects) for item in value.values()]
        fields = {"NS.keys": keys, "NS.objects": items}
        objects[place] = _instance("NSDictionary", fields, objects)
    elif isinstance(value, list | tuple):
        fields = {"NS.objects": [_add(item, objects) for item in value]}
        objects[place] = _instance("NSArray", fields, objects)
    else:
        objects[place] = value
    return plistlib.UID(place)


def _instance(name: str, fields: dict[str, Any], objects: list[Any]) -> dict[str, Any]:
    objects.append({"$classname": name, "$classes": [name, "NSObject"]})
    return {**fields, "$class": plistlib.UID(len(objects) - 1)}
