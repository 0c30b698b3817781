"""The bytes of a sticker's picture → the effect its maker gave it.

Searches for the one property that says so, and decodes no picture.
"""

from __future__ import annotations

import re

_EFFECT = re.compile(rb"""stickerEffect:type(?:=["']|>)([A-Za-z]{1,32})["'<]""")
"""Its name in the picture's XMP metadata, as an attribute or as an element."""

_NAMES = {"stroke": "outline", "iridescent": "shiny"}
"""What Messages calls those of them that have another name there."""


def sticker_effect(picture: bytes) -> str | None:
    """Return which effect a sticker has.

    Args:
        picture: A sticker's file, of any format.

    Returns:
        outline, comic, puffy, shiny, or another name that newer releases write; None if
        it has none.
    """
    match = _EFFECT.search(picture)
    if match is None:
        return None
    name = match[1].decode()
    return None if name == "none" else _NAMES.get(name, name)
