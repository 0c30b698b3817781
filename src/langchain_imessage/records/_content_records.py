"""What a message can have in it or on it besides words; no I/O, no LangChain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A tapback that stands at the end of the reading.

    Attributes:
        kind: loved, liked, disliked, laughed, emphasized, questioned, emoji, sticker or,
            for a number this version does not know, unknown.
        emoji: The emoji, where the kind is emoji.
        part: The bubble of the message it sits on, or None for its balloon.
        sender: The address it came from; None for the owner or where unknown.
        is_from_me: Whether the owner gave it.
        sent_at: When, in UTC.
        person: The id of whose it is; None for the owner or where unknown.

    Example:
        >>> Reaction(kind="loved", sender="Ann", sent_at=None).kind
        'loved'
    """

    kind: str
    emoji: str | None = None
    part: int | None = 0
    sender: str | None = field(default=None, repr=False)
    is_from_me: bool = False
    sent_at: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One earlier version of a part of an edited message.

    Attributes:
        part: The bubble it belongs to.
        text: What it said.
        edited_at: When this version was written, in UTC.

    Example:
        >>> Edit(part=0, text="as it was before").edited_at is None
        True
    """

    part: int
    text: str = field(repr=False)
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A bubble's text in another language, as Messages showed it.

    Attributes:
        part: The bubble.
        text: What it says in that language.
        language: That language's code.
        source_language: The code of the language it was written in.
    """

    part: int
    text: str = field(repr=False)
    language: str | None = None
    source_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, a voice message, a file: one that is sent along.

    Attributes:
        guid: `attachment.guid`, or what the body calls it where the table has no such row.
        kind: image, video, audio, voice (a recorded message), sticker, emoji (a Genmoji),
            contact, location, file or, where nothing is known of it, unknown.
        name: The file's name when it was sent.
        mime_type: As stored, or as its type or suffix says.
        size: In bytes, as stored; None where that is not known.
        path: Where the file is, or would be, on this machine; in an encrypted backup the
            path it had on the phone.
        exists: Whether the file is there. Messages in iCloud removes it to save space.
        part: The bubble it is in.
        description: Of an emoji, what its maker asked for; of a sticker, its app's name.
        transcription: Of a voice message, what it says.
        effect: Of a sticker whose file is there: outline, comic, puffy or shiny.

    Example:
        >>> Attachment(guid="A", kind="image", mime_type="image/jpeg").exists
        False
    """

    guid: str
    kind: str
    name: str | None = field(default=None, repr=False)
    mime_type: str | None = None
    size: int | None = None
    path: str | None = field(default=None, repr=False)
    exists: bool = False
    part: int = 0
    description: str | None = field(default=None, repr=False)
    transcription: str | None = field(default=None, repr=False)
    effect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person's name in a text that is there to call them.

    Attributes:
        name: As it is in the text.
        person: Their address; their name, where there are contacts.
        part: The bubble it is in.

    Example:
        >>> Mention(name="Ann", person="+14155550101").name
        'Ann'
    """

    name: str = field(repr=False)
    person: str = field(repr=False)
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a stretch of a bubble's text is set or moves.

    Attributes:
        kind: bold, italic, underline, strikethrough, or big, small, shake, nod, explode,
            ripple, bloom, jitter.
        start: Its first character in the bubble's text.
        length: How many characters.
        part: The bubble it is in.
    """

    kind: str
    start: int
    length: int
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address in a text, or the preview of one.

    Attributes:
        url: Where it leads.
        text: What the text shows for it; None for a preview.
        title: Of the page, song, app, place or document.
        summary: A few words on it: the page's own, or a song's artist and album.
        site: The site's name, or that of the app a shared document is of.
        kind: page, song, album, show, app, place or collaboration.

    Example:
        >>> Link(url="https://example.com", title="Example").kind
        'page'
    """

    url: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    summary: str | None = field(default=None, repr=False)
    site: str | None = field(default=None, repr=False)
    kind: str = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What an iMessage app sent.

    Attributes:
        kind: apple pay, check in, find my, fitness, photos, music, maps, app store, game,
            business, handwriting, digital touch, shareplay or app.
        name: The app's name.
        bundle: Its bundle's id.
        text: The words it shows.
        url: Its state, as an address.
        session: Which of its messages are states of one thing.
    """

    kind: str
    name: str | None = None
    bundle: str = ""
    text: str = field(default="", repr=False)
    url: str | None = field(default=None, repr=False)
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOption:
    """One of a poll's options.

    Attributes:
        id: Its own.
        text: What it says.
        creator: Who added it.
        voters: Who is for it at the end of the reading; None is the owner.
    """

    id: str
    text: str = field(repr=False)
    creator: str | None = field(default=None, repr=False)
    voters: tuple[str | None, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question with options, and who is for which.

    Example:
        >>> poll = Poll(title="Lunch?", options=(PollOption(id="1", text="Noon"),))
        >>> [option.text for option in poll.options]
        ['Noon']
    """

    title: str | None = field(default=None, repr=False)
    options: tuple[PollOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One option a voter chose; all they chose are told at once."""

    option: str
    voter: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a message answers.

    Attributes:
        guid: The message that began the thread.
        part: Its bubble.
        text: That bubble's words; None if the message is not among those read.

    Example:
        >>> Reply(guid="A", text="Lunch?").part
        0
    """

    guid: str
    part: int = 0
    text: str | None = field(default=None, repr=False)
