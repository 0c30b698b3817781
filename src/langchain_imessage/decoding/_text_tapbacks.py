"""Tapbacks written out as sentences: `Liked “see you at eight”`, `Loved an image`.

Android phones, and iPhones that are too old, send a tapback as ordinary text, in their
owner's language. This file only parses; a caller believes a sentence only if what it
quotes was said, for people write such sentences themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FENCE = "\u200a\u200b\u2009\ufeff "
"""What Google Messages puts around its sentences, and around what they quote."""

_SENTENCES: dict[str, tuple[str, ...]] = {
    # Apple's own (its formats and their removals are in IMClassicTapback), and Spanish and
    # French ones as users of SMS apps and exporters quoted them.
    "loved": ("Loved", "Le encantó", "A adoré", "a attribué la mention « Adore » à"),
    "liked": (
        "Liked",
        "Le gustó",
        "A aimé",
        "a attribué la mention « J’aime » à",
        "a ajouté un « J'aime » à",
        "Gefällt",
    ),
    "disliked": ("Disliked", "No le gustó", "N’a pas aimé", "N'a pas aimé"),
    "laughed": ("Laughed at", "Le dio risa", "A ri de"),
    "emphasized": (
        "Emphasized",
        "Emphasised",
        "Exclamó por",
        "A mis en évidence",
        "A souligné",
    ),
    "questioned": ("Questioned", "Dudó sobre", "A posé une question sur"),
    "emoji": (
        "Reacted {} to",
        "Reaccionó con {} a",
        "A réagi {} à",
        "A réagi avec {} à",
    ),
}
"""By kind, what stands before the quotation; `{}` is the emoji."""

_REMOVALS: dict[str, tuple[str, ...]] = {
    "loved": ("Removed a heart from",),
    "liked": ("Removed a like from",),
    "disliked": ("Removed a dislike from",),
    "laughed": ("Removed a laugh from",),
    "emphasized": ("Removed an exclamation from",),
    "questioned": ("Removed a question mark from",),
    "emoji": ("Removed {} from", "A retiré la réaction {} à"),
}

_OBJECTS = frozenset(
    [
        "an image",
        "a photo",
        "a movie",
        "a video",
        "an attachment",
        "an audio message",
        "a voice message",
        "a sticker",
        "a file",
        "a location",
        "a contact",
        "a link",
        "una imagen",
        "una foto",
        "un video",
        "une image",
        "une photo",
        "une vidéo",
        "une pièce jointe",
    ]
)
"""What is named in place of a quotation where the target has no words."""

_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'))
"""Pairs that enclose a quotation, by language."""

_EMOJI = r"[^\w\s\"“”„«»]{1,12}"
"""One emoji: with its joiners and tones a dozen code points, none of them a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTapback:
    """A sentence that may be a tapback.

    Attributes:
        kind: As `records.Reaction.kind`.
        emoji: The emoji, where the kind is emoji.
        removed: Whether it takes the reaction away.
        quoted: The words it quotes; None where its target has none.
    """

    kind: str
    emoji: str | None = None
    removed: bool = False
    quoted: str | None = field(default=None, repr=False)


def _pattern(openings: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [
        (kind, re.escape(text).replace(r"\{\}", f"(?P<emoji>{_EMOJI})"))
        for kind, texts in openings.items()
        for text in texts
    ]


_OPENINGS = [
    (re.compile(rf"{pattern} +(?P<rest>.+)", re.DOTALL), kind, removed)
    for openings, removed in ((_SENTENCES, False), (_REMOVALS, True))
    for kind, pattern in _pattern(openings)
]
FIRST_LETTERS = frozenset(_FENCE) | {
    text[0]
    for openings in (_SENTENCES, _REMOVALS)
    for texts in openings.values()
    for text in texts
}
"""What a sentence can begin with: rules most texts out without a call."""

_LAST = tuple(end for _, end in _QUOTES) + tuple(_OBJECTS)


def parse_text_tapback(text: str) -> TextTapback | None:
    """Parse a sentence that may be a tapback.

    Args:
        text: The words of a message.

    Returns:
        What it would be as a tapback; None for any other text.
    """
    if text[:1] not in FIRST_LETTERS:
        return None
    text = text.strip(_FENCE)
    if not text.endswith(_LAST):
        return None
    for pattern, kind, removed in _OPENINGS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        quoted = _quotation(match["rest"])
        if quoted is None and match["rest"] not in _OBJECTS:
            continue
        emoji = match["emoji"].strip(_FENCE) if kind == "emoji" else None
        return TextTapback(kind=kind, emoji=emoji, removed=removed, quoted=quoted)
    return None


def quotes(quoted: str, text: str) -> bool:
    """Return whether a quotation is of a text.

    Args:
        quoted: As the sentence has it: all of the text, or its beginning and an ellipsis.
        text: The words of a message.

    Returns:
        Whether it is; blanks around either do not count.
    """
    quoted, text = quoted.strip(), text.strip()
    if quoted == text:
        return True
    for ellipsis in ("…", "..."):
        beginning = quoted.removesuffix(ellipsis)
        if beginning != quoted:
            return bool(beginning.strip()) and text.startswith(beginning.rstrip())
    return False


def _quotation(rest: str) -> str | None:
    rest = rest.strip(_FENCE)
    for start, end in _QUOTES:
        if len(rest) > 1 and rest.startswith(start) and rest.endswith(end):
            return rest[1:-1].strip(_FENCE + "\u00a0\u202f")
    return None
