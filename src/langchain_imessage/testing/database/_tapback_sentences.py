"""Tapbacks as sentences, as Apple writes them for devices that know none."""

from __future__ import annotations

KINDS = ("loved", "liked", "disliked", "laughed", "emphasized", "questioned")
_VERBS = ("Loved", "Liked", "Disliked", "Laughed at", "Emphasized", "Questioned")
_NOUNS = ("heart", "like", "dislike", "laugh", "exclamation", "question mark")
EMOJI, STICKER = 6, 7
"""Where an emoji and a sticker stand behind the six kinds."""


def sentence(kind: str, number: int, quoted: str | None, *, removed: bool) -> str:
    """Return a tapback as a sentence, as Apple writes it for devices that know none."""
    target = f"“{quoted}”" if quoted else "an image"
    if number < EMOJI:
        noun = _NOUNS[number]
        article = "an" if noun.startswith("e") else "a"
        return (
            f"Removed {article} {noun} from {target}"
            if removed
            else f"{_VERBS[number]} {target}"
        )
    what = "with a sticker" if number == STICKER else kind
    return f"Removed {what} from {target}" if removed else f"Reacted {what} to {target}"
