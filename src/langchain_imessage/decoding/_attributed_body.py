"""The `attributedBody` of a row → its bubbles; knows how bodies are damaged in the wild.

Which column wins, and what an empty text means, is for the rows' reader to decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Link, Mention, Style
from langchain_imessage.typedstream import (
    PART,
    URL,
    AttributedString,
    loads,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from langchain_imessage.typedstream import Value

_AS_LATIN_1 = b"\x04\x0bstreamtyped\xc2\x81\xc3\xa8"
"""How the header looks after a tool stored the bytes as text, character by byte."""

ATTACHMENT_SLOT = "\ufffc"
"""Where an attachment stands in the text."""

_PLACEHOLDERS = (ATTACHMENT_SLOT, "\ufffd", "\uffff")
"""An attachment, an app's balloon, a list of suggestions."""

TRANSFER = "__kIMFileTransferGUIDAttributeName"
TRANSCRIPTION = "IMAudioTranscription"
MENTION = "__kIMMentionConfirmedMention"
LINK = "__kIMLinkAttributeName"
EFFECT = "__kIMTextEffectAttributeName"

STYLES = {
    "__kIMTextBoldAttributeName": "bold",
    "__kIMTextItalicAttributeName": "italic",
    "__kIMTextUnderlineAttributeName": "underline",
    "__kIMTextStrikethroughAttributeName": "strikethrough",
}
EFFECTS = {
    4: "ripple",
    5: "big",
    6: "bloom",
    8: "nod",
    9: "shake",
    10: "jitter",
    11: "small",
    12: "explode",
}
_STYLED = frozenset((*STYLES, EFFECT))
_ADDRESSES = (URL, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSlot:
    """Where an attachment stands.

    Attributes:
        guid: What the body calls it; None where the text only has the placeholder.
        transcription: What a voice message says.
    """

    guid: str | None = None
    transcription: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One part of a body.

    Attributes:
        number: Its part number.
        pieces: Words, without placeholders, and slots, in order.
    """

    number: int
    pieces: tuple[str | AttachmentSlot, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """Its words."""
        return "".join([piece for piece in self.pieces if isinstance(piece, str)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body, split into its parts."""

    bubbles: tuple[Bubble, ...] = ()
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    styles: tuple[Style, ...] = ()

    @property
    def text(self) -> str:
        """Its words: those of each bubble on lines of their own."""
        if len(self.bubbles) == 1:
            (bubble,) = self.bubbles
            if all(map(_is_words, bubble.pieces)):
                return bubble.text  # of one space is a message, too
        texts = (bubble.text.strip() for bubble in self.bubbles)
        return "\n".join(text for text in texts if text)

    @property
    def slots(self) -> tuple[AttachmentSlot, ...]:
        """Where its attachments stand, in order."""
        return tuple(
            [
                piece
                for bubble in self.bubbles
                for piece in bubble.pieces
                if isinstance(piece, AttachmentSlot)
            ]
        )


def parse_body(blob: bytes) -> Body:
    """Decode a body.

    Args:
        blob: A typedstream holding an attributed string or a string.

    Returns:
        Its bubbles, and what its text is marked with.

    Raises:
        DecodeError: If the blob is no such thing.
    """
    if blob.startswith(_AS_LATIN_1):
        blob = blob.decode("utf-8", "replace").encode("latin-1", "replace")
    text = plain_text(blob)
    if text is not None and ATTACHMENT_SLOT not in text:
        return text_body(text)
    value = loads(blob)
    if isinstance(value, str):
        return text_body(value)
    if not isinstance(value, AttributedString):
        raise DecodeError("the body holds no text")
    return _split_body(value)


def text_body(text: str) -> Body:
    """Split a text without marks: one bubble, and one for each attachment's slot."""
    return Body(
        bubbles=tuple(
            [
                Bubble(number=number, pieces=(piece,))
                for number, piece in enumerate(_cut(text))
            ]
        )
    )


def body_text(blob: bytes) -> str:
    """Decode a body's words alone; as `parse_body` does, but quickly where it is plain."""
    text = plain_text(blob)
    if text is None:
        return parse_body(blob).text
    return without_placeholders(text) if has_placeholders(text) else text


def has_placeholders(text: str) -> bool:
    """Return whether something else than words stands in a text."""
    return ATTACHMENT_SLOT in text or "\ufffd" in text or "\uffff" in text


def without_placeholders(text: str) -> str:
    """Remove the placeholders of a text, and the blanks that surrounded them.

    A text without any is returned as it is: a message of one space is a message.
    """
    words = text
    for placeholder in _PLACEHOLDERS:
        words = words.replace(placeholder, "")
    return text if len(words) == len(text) else words.strip()


def _cut(text: str) -> Iterable[str | AttachmentSlot]:
    """Split a text at the slots of its attachments, other placeholders left out."""
    if text and not has_placeholders(text):
        return (text,)
    return _cut_at_slots(text)


def _cut_at_slots(text: str) -> Iterator[str | AttachmentSlot]:
    for place, words in enumerate(text.split(ATTACHMENT_SLOT)):
        if place:
            yield AttachmentSlot()
        if words := words.replace("\ufffd", "").replace("\uffff", ""):
            yield words


def _split_body(value: AttributedString) -> Body:
    pieces: dict[int, list[str | AttachmentSlot]] = {}
    marks = _Marks()
    number = 0
    for text, attributes in value.slices():
        given = attributes.get(PART)
        number = given if isinstance(given, int) else number
        bubble = pieces.setdefault(number, [])
        guid = _text(attributes, TRANSFER)
        if guid is not None:
            said = _text(attributes, TRANSCRIPTION)
            bubble.append(AttachmentSlot(guid=guid, transcription=said))
            continue
        is_marked = len(attributes) > (PART in attributes)
        for piece in _cut(text):
            if is_marked and isinstance(piece, str):
                marks.add(piece, attributes, number, bubble)
            bubble.append(piece)
    return Body(
        bubbles=tuple(
            [
                Bubble(number=number, pieces=_joined(bubble))
                for number, bubble in pieces.items()
                if bubble
            ]
        ),
        mentions=tuple(marks.mentions),
        links=tuple(marks.links),
        styles=tuple(marks.styles),
    )


def _joined(pieces: list[str | AttachmentSlot]) -> tuple[str | AttachmentSlot, ...]:
    """Join the words that runs have cut."""
    if len(pieces) == 1:
        return (pieces[0],)
    joined: list[str | AttachmentSlot] = []
    for are_words, group in groupby(pieces, key=_is_words):
        if are_words:
            joined.append("".join(cast("Iterable[str]", group)))
        else:
            joined.extend(group)
    return tuple(joined)


def _is_words(piece: str | AttachmentSlot) -> bool:
    return isinstance(piece, str)


class _Marks:
    """Collects what the runs of a text are marked with."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.links: list[Link] = []
        self.styles: list[Style] = []

    def add(
        self,
        text: str,
        attributes: Mapping[str, Value],
        part: int,
        before: Sequence[str | AttachmentSlot],
    ) -> None:
        """Add the marks of one run's words, which stand behind some others."""
        person = _text(attributes, MENTION)
        if person is not None:
            self.mentions.append(Mention(name=text, person=person, part=part))
        url = attributes.get(LINK)
        if isinstance(url, _ADDRESSES):
            self.links.append(Link(url=_address(url), text=text))
        if _STYLED.isdisjoint(attributes):
            return
        kinds = [STYLES[name] for name in STYLES if attributes.get(name)]
        effect: Any = attributes.get(EFFECT)
        if isinstance(effect, int) and effect in EFFECTS:
            kinds.append(EFFECTS[effect])
        if kinds:
            start = sum(len(piece) for piece in before if isinstance(piece, str))
            self.styles += [
                Style(kind=kind, start=start, length=len(text), part=part)
                for kind in kinds
            ]


def _text(attributes: Mapping[str, Value], name: str) -> str | None:
    value = attributes.get(name)
    return value if isinstance(value, str) and value else None


def _address(url: URL | str) -> str:
    if isinstance(url, str):
        return url
    return url.relative if url.base is None else _address(url.base) + url.relative
