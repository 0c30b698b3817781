"""What is sent as a sentence to devices that show no other form: tapbacks, removals and edits.

`Liked “see you at eight”`, `Removed a heart from an image`, `Edited to “see you at nine”`:
phones that are too old, and those of other makers, send and get these as ordinary text, in
their owner's language. This file only parses; a caller believes a sentence only if what it
quotes was said, for people write such sentences themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from langchain_imessage.text import text_key

_FENCE = "\u200a\u200b\u2009\ufeff "
"""What Google Messages puts around its sentences, and around what they quote."""

_SENTENCES: dict[str, tuple[str, ...]] = {
    # Apple's own (its formats and their removals are in IMClassicTapback), and Spanish and
    # French ones as users of SMS apps and exporters quoted them; those of the other
    # languages are translations of these, not seen on a phone. A sign alone is Google's.
    "loved": (
        "Loved",
        "Le encantó",
        "A adoré",
        "a attribué la mention « Adore » à",
        "Liebt",
        "Amou",
    ),
    "liked": (
        "Liked",
        "Le gustó",
        "A aimé",
        "a attribué la mention « J’aime » à",
        "a ajouté un « J'aime » à",
        "Gefällt",
        "Gostou de",
    ),
    "disliked": (
        "Disliked",
        "No le gustó",
        "N’a pas aimé",
        "N'a pas aimé",
        "a attribué la mention « Je n’aime pas » à",
        "a attribué la mention « Je n'aime pas » à",
        "Gefällt nicht",
        "Não gostou de",
    ),
    "laughed": ("Laughed at", "Le dio risa", "A ri de", "Lacht über", "Riu de"),
    "emphasized": (
        "Emphasized",
        "Emphasised",
        "Exclamó por",
        "A mis en évidence",
        "A souligné",
        "Enfatizou",
    ),
    "questioned": ("Questioned", "Dudó sobre", "A posé une question sur", "Questionou"),
    "emoji": (
        "Reacted {} to",
        "Reaccionó con {} a",
        "A réagi {} à",
        "A réagi avec {} à",
        "a réagi avec {} à",
        "Reagierte mit {} auf",
        "Reagiu com {} a",
        "Reageerde met {} op",
        "{} to",
    ),
    "sticker": ("Reacted with a sticker to",),
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
    "sticker": ("Removed a sticker from",),
}

_EDITS = ("Edited to ",)
"""What stands before the words that an edit left."""

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

_SIGNS = "❤♥👍👎😂🤣😆😮😲😢😭😡😠😍🥰🎉🔥👏🙏💯‼❗❓⁉"
"""What a sentence that begins with the reaction itself can begin with."""

_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'), ("‘", "’"))
"""Pairs that enclose a quotation, by language."""

_EMOJI = r"(?:[0-9#*]\ufe0f?\u20e3|\u2139\ufe0f?|[^\w\s\"“”„«»]{1,24})"
"""One emoji, however many code points its sequence has: a family with skin tones has
fifteen, a flag seven. None is a letter, but for a key's digit and the sign for information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTapback:
    """A sentence that may be a tapback.

    Attributes:
        kind: As `records.Reaction.kind`.
        emoji: The emoji, where the kind is emoji.
        removed: Whether it removes the reaction.
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
FIRST_LETTERS = frozenset(_FENCE + _SIGNS) | {
    text[0]
    for texts in (*_SENTENCES.values(), *_REMOVALS.values(), _EDITS)
    for text in texts
    if text[0] != "{"
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


def parse_text_edit(text: str) -> str | None:
    """Parse a sentence that may be an edit of an earlier message.

    Args:
        text: The words of a message.

    Returns:
        The words the edit left; None for any other text.
    """
    text = text.lstrip(_FENCE)
    for opening in _EDITS:
        if text.startswith(opening):
            return _quotation(text.removeprefix(opening)) or None
    return None


def quotes(quoted: str, text: str) -> bool:
    """Return whether a quotation is of a text.

    Args:
        quoted: As the sentence has it: all of the text, or its beginning and an ellipsis.
        text: The words of a message.

    Returns:
        Whether it is; blanks around either do not count, nor do the encoding of letters
        and the shape of quotation marks, which phones change.
    """
    quoted, text = quoted.strip(), text.strip()
    if _begin_apart(quoted[:2], text[:2]):  # nearly always, and before any other work
        return False
    if not (quoted.isascii() and text.isascii()):
        quoted, text = text_key(quoted), text_key(text)
    if quoted == text:
        return True
    for ellipsis in ("…", "..."):
        beginning = quoted.removesuffix(ellipsis)
        if beginning != quoted:
            return bool(beginning.strip()) and text.startswith(beginning.rstrip())
    return False


def _begin_apart(one: str, other: str) -> bool:
    """Return whether two texts begin with letters that no encoding makes equal."""
    if not (one.isascii() and other.isascii() and one[:1].isalnum()):
        return False
    return other[:1].isalnum() and one[0].lower() != other[0].lower()


def _quotation(rest: str) -> str | None:
    rest = rest.strip(_FENCE)
    for start, end in _QUOTES:
        if len(rest) > 1 and rest.startswith(start) and rest.endswith(end):
            return rest[1:-1].strip(_FENCE + "\u00a0\u202f")
    return None
