"""The `attributedBody` of a row → its bubbles; knows how bodies are damaged in the wild.

Which column wins, and what an empty text means, is for the rows' reader to decide.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, cast

from langchain_imessage.decoding._text_marks import MARKS, TextMarks, text_of
from langchain_imessage.errors import DecodeError
from langchain_imessage.typedstream import (
    PART,
    AttributedString,
    loads,
)
from langchain_imessage.typedstream._words_alone import WordsAlone
from langchain_imessage.typedstream.shapes._learned_shapes import BODY_SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from langchain_imessage.records import Link, Mention, Style
    from langchain_imessage.typedstream import Value

_AS_LATIN_1 = b"\x04\x0bstreamtyped\xc2\x81\xc3\xa8"
"""How the header looks after a tool stored the bytes as text, character by byte."""

ATTACHMENT_SLOT = "\ufffc"
"""Where an attachment stands in the text."""

_PLACEHOLDERS = (ATTACHMENT_SLOT, "\ufffd", "\uffff")
"""An attachment, an app's balloon, a list of suggestions."""

MAX_SLOTS = 10_000
"""Attachments in one message: each is three bytes long and hundreds in memory. What is
beyond them has no slot; a message has a few dozen."""

FILE_NAME = "__kIMFilenameAttributeName"
TRANSFER = "__kIMFileTransferGUIDAttributeName"
TRANSCRIPTION = "IMAudioTranscription"

_MARKING = MARKS | {TRANSFER}


class AttachmentSlot(NamedTuple):
    """Where an attachment stands.

    A tuple, as the other two are: a frozen dataclass takes three times as long to make.

    Attributes:
        guid: What the body calls it; None where the text only has the placeholder.
        name: What the body says the file is called.
        transcription: What a voice message says.
    """

    guid: str | None = None
    name: str | None = None
    transcription: str | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show no words and no name."""
        return f"AttachmentSlot(guid={self.guid!r})"


_UNNAMED = AttachmentSlot()


class Bubble(NamedTuple):
    """One part of a body.

    Attributes:
        number: Its part number.
        pieces: Words, without placeholders, and slots, in order.
    """

    number: int
    pieces: tuple[str | AttachmentSlot, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show no words."""
        return f"Bubble(number={self.number})"

    @property
    def text(self) -> str:
        """Its words."""
        return "".join([piece for piece in self.pieces if isinstance(piece, str)])


class Body(NamedTuple):
    """A body, split into its parts."""

    bubbles: tuple[Bubble, ...] = ()
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    styles: tuple[Style, ...] = ()
    codes: tuple[str, ...] = ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many bubbles there are, never words or people."""
        return f"Body(bubbles={len(self.bubbles)})"

    @property
    def text(self) -> str:
        """Its words: those of each bubble on lines of their own."""
        if len(self.bubbles) == 1:
            ((_, pieces),) = self.bubbles
            if len(pieces) == 1 and isinstance(words := pieces[0], str):
                return words  # one space is a message, too
            if all(map(_is_words, pieces)):
                return self.bubbles[0].text
        texts = (bubble.text.strip() for bubble in self.bubbles)
        return "\n".join(text for text in texts if text)

    @property
    def slots(self) -> tuple[AttachmentSlot, ...]:
        """Where its attachments stand, in order."""
        if len(self.bubbles) == 1:
            ((_, pieces),) = self.bubbles
            if len(pieces) == 1 and isinstance(pieces[0], str):  # nearly always
                return ()
        return tuple(
            [
                piece
                for bubble in self.bubbles
                for piece in bubble.pieces
                if isinstance(piece, AttachmentSlot)
            ]
        )


def _marks_nothing(attributes: Mapping[str, Value]) -> bool:
    """Return whether a body whose runs have such attributes is words alone."""
    # A bool is a number, too, and any other value means the first bubble.
    return attributes.get(PART, 0) == 0 and _MARKING.isdisjoint(attributes)


WORDS_ALONE = WordsAlone(_marks_nothing)
"""Reads the bodies that are words alone."""


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
    found = BODY_SHAPES.latest(blob)  # by now, if it was no words alone
    if found is None:
        text = WORDS_ALONE.text(blob)
        if text is not None and ATTACHMENT_SLOT not in text:
            return text_body(text)
        found = BODY_SHAPES.latest(blob)
    if found is not None:
        shape, values = found
        return _split_body(shape.slices(values), len(blob))
    value = loads(blob)
    if isinstance(value, str):
        return text_body(value)
    if not isinstance(value, AttributedString):
        raise DecodeError("the body holds no text")
    return _split_body(value.slices(), len(blob))


def text_body(text: str) -> Body:
    """Split a text without marks: one bubble, and one for each attachment's slot."""
    return Body(
        tuple([Bubble(number, (piece,)) for number, piece in enumerate(_cut(text))])
    )


def body_text(blob: bytes) -> str:
    """Decode a body's words alone; as `parse_body` does, but quickly where it is plain.

    Neither way leaves a placeholder among them.
    """
    text = WORDS_ALONE.text(blob)
    return parse_body(blob).text if text is None else text


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
    for place, words in enumerate(text.split(ATTACHMENT_SLOT, MAX_SLOTS)):
        if place:
            yield _UNNAMED
        for placeholder in _PLACEHOLDERS:
            words = words.replace(placeholder, "")  # noqa: PLW2901
        if words:
            yield words


def _split_body(slices: Iterable[tuple[str, Mapping[str, Value]]], size: int) -> Body:
    """Split a body at its bubbles.

    Args:
        slices: Its text, cut where attributes begin and end, each with those.
        size: Its bytes.
    """
    pieces: dict[int, list[str | AttachmentSlot]] = {}
    letters: dict[int, int] = {}
    marks: TextMarks | None = None
    number = slots = 0
    for text, attributes in slices:
        given = attributes.get(PART)
        number = given if isinstance(given, int) else number
        bubble = pieces.setdefault(number, [])
        is_marked = not MARKS.isdisjoint(attributes)
        for piece in (TRANSFER in attributes and _slot(attributes)) or _cut(text):
            if isinstance(piece, str):
                start = letters.get(number, 0)
                if is_marked:
                    marks = marks or TextMarks(size)
                    marks.add(piece, attributes, number, start)
                letters[number] = start + len(piece)
            else:
                slots += 1
                if slots > MAX_SLOTS:
                    continue
            bubble.append(piece)
    bubbles = tuple([Bubble(n, _joined(found)) for n, found in pieces.items() if found])
    return Body(bubbles, *marks.found()) if marks else Body(bubbles)


def _slot(attributes: Mapping[str, Value]) -> tuple[AttachmentSlot, ...]:
    """Return the slot a run is; nothing where it is words."""
    guid = text_of(attributes, TRANSFER)
    if guid is None:
        return ()
    return (
        AttachmentSlot(
            guid=guid,
            name=text_of(attributes, FILE_NAME),
            transcription=text_of(attributes, TRANSCRIPTION),
        ),
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
