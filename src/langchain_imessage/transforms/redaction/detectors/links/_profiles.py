"""Whose page a link is: the name behind a social network's host; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    value_key,
)
from langchain_imessage.transforms.redaction.detectors.links._urls import BEHIND

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROFILE = re.compile(
    r"(?<![\w.])(?:(?:www|m|mobile|web)\.)?(?:instagram\.com|facebook\.com|fb\.com|fb\.me|m\.me|twitter\.com|x\.com"
    r"|tiktok\.com|snapchat\.com/(?:add|@)|threads\.net|t\.me|telegram\.me|linkedin\.com/in|venmo\.com(?:/u)?"
    r"|cash\.app|paypal\.me|paypal\.com/paypalme|twitch\.tv|reddit\.com/u(?:ser)?|youtube\.com/(?:@|c|user|channel)"
    r"|github\.com|pinterest\.[a-z.]+|vk\.com|ok\.ru|wa\.me|strava\.com/athletes|open\.spotify\.com/user"
    r"|soundcloud\.com|onlyfans\.com|discord(?:app)?\.com/users|steamcommunity\.com/id|bsky\.app/profile|revolut\.me)"
    r"/?[@$+]?([\w.\-%]{3,64})/?(?=$|[\s?#,;!)\]\"'])"
)
"""A person's page."""

_NO_PERSON_TEXT = """
    home explore search login signup about help settings watch marketplace groups
    events gaming reels reel stories messages notifications hashtag intent share
    sharer.php discover trending p tv live shorts features topics jobs company feed
"""
_NO_PERSON = frozenset(_NO_PERSON_TEXT.split())
"""Keys that are recognized by how they begin."""


def find_profiles(text: str) -> Iterator[Match]:
    """Find people's pages.

    Example:
        >>> text = "https://instagram.com/annsmith99?igsh=1"
        >>> [text[match.start : match.end] for match in find_profiles(text)]
        ['annsmith99']
    """
    if "/" not in text:
        return
    for match in _PROFILE.finditer(text):
        name = match[1].rstrip(BEHIND)
        if name.lower() not in _NO_PERSON and not name.startswith("%"):
            start = match.start(1)
            key = value_key(name)
            yield Match(start=start, end=start + len(name), kind="handle", key=key)
