"""Numbers and names in a row's columns → what happened and which effect it is."""

from __future__ import annotations

_ANY = None

_EVENTS: dict[tuple[int, int | None], str] = {
    (1, 0): "joined",
    (1, 1): "removed",
    (2, _ANY): "renamed",
    (3, 0): "left",
    (3, 1): "photo changed",
    (3, 2): "photo removed",
    (3, 3): "photo changed",
    (3, 4): "background changed",
    (3, 6): "background removed",
    (4, 0): "location shared",
    (4, 1): "location stopped",
    (5, _ANY): "audio kept",
    (6, _ANY): "facetime",
}
"""By `item_type` and what the row did: its `group_action_type`, for a location its
`share_status`."""

LOCATION = 4
"""The `item_type` of a shared location."""

_JOINED = (1, 0)

_EFFECTS = {
    "com.apple.MobileSMS.expressivesend.gentle": "gentle",
    "com.apple.MobileSMS.expressivesend.impact": "slam",
    "com.apple.MobileSMS.expressivesend.invisibleink": "invisible ink",
    "com.apple.MobileSMS.expressivesend.loud": "loud",
    "com.apple.messages.effect.CKConfettiEffect": "confetti",
    "com.apple.messages.effect.CKEchoEffect": "echo",
    "com.apple.messages.effect.CKFireworksEffect": "fireworks",
    "com.apple.messages.effect.CKHappyBirthdayEffect": "balloons",
    "com.apple.messages.effect.CKHeartEffect": "heart",
    "com.apple.messages.effect.CKLasersEffect": "lasers",
    "com.apple.messages.effect.CKShootingStarEffect": "shooting star",
    "com.apple.messages.effect.CKSparklesEffect": "sparkles",
    "com.apple.messages.effect.CKSpotlightEffect": "spotlight",
}


def event_kind(item_type: int, action: int, *, is_same_person: bool) -> str:
    """Return the kind of an event, as `records.GroupEvent` names it.

    Args:
        item_type: The row's.
        action: Its `group_action_type`; for a location its `share_status`.
        is_same_person: Whether who did it and to whom it was done are one handle.
    """
    if (item_type, action) == _JOINED and is_same_person:
        return "number changed"
    kind = _EVENTS.get((item_type, action)) or _EVENTS.get((item_type, _ANY))
    return kind or "unknown"


def effect_name(style: str | None) -> str | None:
    """Return an effect's name; the end of its id where this version does not know it."""
    return _EFFECTS.get(style, style.rpartition(".")[2]) if style else None
