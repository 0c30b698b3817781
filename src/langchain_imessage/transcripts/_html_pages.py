"""Entries → an HTML page to read a conversation in, and the list of all conversations.

Pure: yields text a piece at a time. What is on a page is decided here; what makes it safe
in `_html_frame`, and what it looks like in `page/`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from langchain_imessage.records import App, Link, Poll
from langchain_imessage.timestamps import written_day
from langchain_imessage.transcripts._entry_types import ShownFile
from langchain_imessage.transcripts._html_frame import (
    file_url,
    line_html,
    link_html,
    page_end,
    page_start,
    text_html,
)
from langchain_imessage.transcripts._wording import (
    length_of,
    others_of,
    poll_options,
    reaction_groups,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from langchain_imessage.transcripts._entry_types import (
        Quotation,
        TranscriptEntry,
        TranscriptHead,
    )

_PAUSE: Final = timedelta(minutes=10)
"""After which the sender is named again."""

_COLOURS: Final = 6
_PICTURES: Final = ("jpg", "jpeg", "png", "gif", "webp", "avif", "bmp")
_SOUNDS: Final = ("m4a", "mp3", "wav", "aac", "caf", "amr", "ogg", "opus")
_FILMS: Final = ("mp4", "mov", "m4v", "webm")
_UNOPENED: Final = (
    "htm",
    "html",
    "xhtml",
    "shtml",
    "mht",
    "mhtml",
    "svg",
    "xml",
    "xsl",
)
"""Suffixes of files in which a stranger's script would run in the browser: no link."""

_LONGEST_BIG: Final = 8


def transcript_page(
    head: TranscriptHead, entries: Iterable[TranscriptEntry], *, has_index: bool
) -> Iterator[str]:
    """Yield the page of a conversation.

    Args:
        head: What it begins with.
        entries: Its entries.
        has_index: Whether there is a page that lists the conversations.
    """
    yield page_start(head.title)
    yield f'<header>\n<h1 dir="auto">{line_html(head.title)}</h1>\n'
    others = f"{_names(people)}; " if (people := others_of(head)) else ""
    yield f"<p>{others}{line_html(length_of(head))}</p>\n"
    if has_index:
        yield '<p><a href="index.html">All conversations</a></p>\n'
    yield _months(head)
    yield "</header>\n<main>\n"
    yield from _Days().html(entries)
    yield f"</main>\n{page_end()}"


def index_page(files: Iterable[tuple[str, TranscriptHead]]) -> Iterator[str]:
    """Yield the page that lists the conversations.

    Args:
        files: Of each conversation the name of its page, and what it begins with.
    """
    yield page_start("Conversations")
    yield "<header><h1>Conversations</h1></header>\n<main>\n<table>\n<thead><tr>"
    yield '<th scope="col">Conversation</th><th scope="col" class="optional">Kind</th>'
    yield '<th scope="col" class="figure">Messages</th>'
    yield '<th scope="col" class="optional">First</th><th scope="col">Last</th>'
    yield "</tr></thead>\n<tbody>\n"
    for name, head in files:
        link = f'<a href="{file_url(name)}"><bdi>{line_html(head.title)}</bdi></a>'
        yield f'<tr><th scope="row">{link}</th><td class="optional">{head.kind}</td>'
        yield f'<td class="figure">{head.messages:,}</td>'
        yield f'<td class="optional">{_day(head.first)}</td><td>{_day(head.last)}</td></tr>\n'
    yield f"</tbody>\n</table>\n</main>\n{page_end()}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _months(head: TranscriptHead) -> str:
    """Return links to the months; none where there is only one."""
    if len(head.months) <= 1:
        return ""
    links = "".join(
        f'<li><a href="#d{day.isoformat()}">{day:%B %Y}</a></li>' for day in head.months
    )
    return (
        f'<details class="months"><summary>Months</summary><ol>{links}</ol></details>\n'
    )


class _Days:
    """Puts entries under their days, and names a sender at the start of each run."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._before: TranscriptEntry | None = None
        self._colours: dict[str, int] = {}

    def html(self, entries: Iterable[TranscriptEntry]) -> Iterator[str]:
        """Yield the sections of the days."""
        is_open = False
        for entry in entries:
            day = entry.sent_at.date() if entry.sent_at else self._day
            if day != self._day or not is_open:
                yield "</section>\n" * is_open
                yield _section(day)
                self._day, self._before, is_open = day, None, True
            yield _event(entry) if entry.is_event else self._message(entry)
            self._before = entry
        yield "</section>\n" * is_open

    def _message(self, entry: TranscriptEntry) -> str:
        is_first = not self._continues(entry)
        kind = f"message{' own' * entry.is_own}{' first' * is_first}"
        who = ""
        if is_first:
            colour = "own" if entry.is_own else f"c{self._colour(entry.sender)}"
            who = f'<p class="who {colour}"><bdi>{line_html(entry.sender)}</bdi></p>'
        quotation = _quotation(entry.quotation) if entry.quotation else ""
        return (
            f'<article class="{kind}" id="m{entry.rowid}">{who}{quotation}'
            f"{_bubble(entry)}{_meta(entry)}</article>\n"
        )

    def _continues(self, entry: TranscriptEntry) -> bool:
        before = self._before
        if before is None or before.is_event or before.sender != entry.sender:
            return False
        if before.is_own != entry.is_own or not (before.sent_at and entry.sent_at):
            return False
        return entry.sent_at - before.sent_at < _PAUSE

    def _colour(self, sender: str) -> int:
        return self._colours.setdefault(sender, len(self._colours) % _COLOURS)


def _names(people: Iterable[str]) -> str:
    """Return names in a row, each in its own direction of writing."""
    return ", ".join(f"<bdi>{line_html(name)}</bdi>" for name in people)


def _section(day: date | None) -> str:
    if day is None:
        return '<section class="day">\n<h2>No date</h2>\n'
    time = f'<time datetime="{day.isoformat()}">{written_day(day)}</time>'
    return f'<section class="day" id="d{day.isoformat()}">\n<h2>{time}</h2>\n'


def _event(entry: TranscriptEntry) -> str:
    words = f"<bdi>{line_html(entry.sender)}</bdi> <bdi>{line_html(entry.text)}</bdi>"
    return f'<p class="event" id="m{entry.rowid}">{words} {_time(entry)}</p>\n'


def _time(entry: TranscriptEntry) -> str:
    if entry.sent_at is None:
        return ""
    moment = entry.sent_at.isoformat(timespec="seconds")
    return f'<time datetime="{moment}" title="{moment}">{entry.sent_at:%H:%M}</time>'


def _quotation(quotation: Quotation) -> str:
    who = ""
    if quotation.sender:
        who = f"<b><bdi>{line_html(quotation.sender)}</bdi></b> "
    words = f"{who}<bdi>{line_html(quotation.text or 'a message')}</bdi>"
    if quotation.rowid is None:
        return f'<p class="quotation">{words}</p>'
    return f'<a class="quotation" href="#m{quotation.rowid}">{words}</a>'


def _bubble(entry: TranscriptEntry) -> str:
    pieces = [_piece(piece) for piece in entry.pieces]
    is_bare = all(isinstance(p, ShownFile) and p.copy for p in entry.pieces)
    return f'<div class="bubble{" bare" * is_bare}" dir="auto">{"".join(pieces)}</div>'


def _piece(piece: object) -> str:
    if isinstance(piece, ShownFile):
        return _file(piece)
    if isinstance(piece, Link):
        return _preview(piece)
    if isinstance(piece, App):
        words = line_html(f"{piece.name or piece.kind}")
        return f'<div class="card">{words}<span class="soft">{line_html(piece.text)}</span></div>'
    if isinstance(piece, Poll):
        return _poll(piece)
    return f'<div class="{_size(str(piece))}">{text_html(str(piece))}</div>'


def _size(text: str) -> str:
    """Return "big" for a few emojis and nothing else."""
    is_big = len(text) <= _LONGEST_BIG and not any(
        letter.isascii() or letter.isalnum() for letter in text
    )
    return "big" if is_big and text else "words"


def _preview(link: Link) -> str:
    title = link_html(link.url, link.title or link.url)
    try:
        site = link.site or urlsplit(link.url).hostname or ""
    except ValueError:
        site = ""
    lines = "".join(
        f'<span class="soft">{line_html(line)}</span>'
        for line in (link.summary, site)
        if line
    )
    return f'<div class="card" dir="auto">{title}{lines}</div>'


def _poll(poll: Poll) -> str:
    options = "".join(
        f"<li><bdi>{line_html(text)}</bdi> <span>{count}</span></li>"
        for text, count in poll_options(poll)
    )
    title = line_html(poll.title or "Poll")
    return f'<div class="card" dir="auto">{title}<ul>{options}</ul></div>'


def _file(file: ShownFile) -> str:
    name = file.attachment.name or ""
    words = line_html(f"{file.label[1:-1]}{', ' * bool(name)}{name}")
    if file.copy is None:
        return f'<div class="note">{words}</div>'
    url, suffix = file_url(file.copy), file.copy.rpartition(".")[2].lower()
    label = line_html(f"{file.label[1:-1]} {name}")
    if suffix in _PICTURES:
        image = f'<img class="media" src="{url}" alt="{label}" loading="lazy" decoding="async">'
        return f'<a href="{url}">{image}</a>'
    if suffix in _FILMS:
        return f'<video class="media" src="{url}" controls preload="none"></video>'
    if suffix in _SOUNDS:
        sound = f'<audio class="media" src="{url}" controls preload="none"></audio>'
        said = file.attachment.transcription
        return sound + (f'<div class="note">{text_html(said)}</div>' if said else "")
    if suffix in _UNOPENED:
        return f'<div class="card">{words}<span class="soft">{line_html(file.copy)}</span></div>'
    return f'<a class="card" href="{url}">{words}</a>'


def _meta(entry: TranscriptEntry) -> str:
    parts = [_time(entry)]
    if entry.effect:
        parts.append(f"<span>{line_html(entry.effect)}</span>")
    for emoji, people in reaction_groups(entry.reactions):
        who = _names(people)
        parts.append(f'<span class="reaction">{line_html(emoji)} {who}</span>')
    if entry.edits:
        earlier = "".join(f"<li>{text_html(edit.text)}</li>" for edit in entry.edits)
        parts.append(
            f'<details class="edits"><summary>edited</summary><ol>{earlier}</ol></details>'
        )
    return f'<div class="meta">{" ".join(filter(None, parts))}</div>'
