"""Hits of a search, as lines to read or for a program: who, when, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.text import Text

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line
from langchain_imessage.timestamps import written_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_imessage.cli.terminal._transcripts import TranscriptLine
    from langchain_imessage.retrievers import SearchHit

_LONGEST = 300
"""Characters of a message: enough to know which it is."""

_OWN, _OTHER, _FOUND = "bold cyan", "green", "bold yellow"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit to be shown.

    Attributes:
        title: What the conversation is called.
        entries: Its messages, each with whether it is what was found.
        command: The command line that opens the conversation there.
    """

    title: str = field(repr=False)
    entries: tuple[tuple[TranscriptLine, bool], ...] = field(repr=False)
    command: str = field(repr=False)


def print_hits(
    hits: Sequence[ShownHit],
    places: Callable[[str], Iterable[tuple[int, int]]],
    *,
    first: int = 1,
) -> None:
    """Print hits, numbered.

    Args:
        hits: The hits, the best first.
        places: Returns where in a text the words stand that were looked for.
        first: The number of the first one.
    """
    console = printing.stdout()
    for number, hit in enumerate(hits, first):
        blank = [Text()] if number > first else []
        for line in [*blank, *_lines(number, hit, places)]:
            if console.is_terminal:
                console.print(line, soft_wrap=True)
            else:
                printing.write(line.plain)


def plain_hit(hit: SearchHit) -> dict[str, Any]:
    """Return a hit for a program: all that was said there, and which of it matches."""
    chat = hit.conversation.chat
    return {
        "conversation": chat.title,
        "guid": next(iter(chat.guids), None),
        "kind": chat.kind,
        "score": hit.score,
        "messages": [
            {
                "id": message.id,
                "sent_at": message.sent_at,
                "sender": message.sender,
                "is_from_me": message.is_from_me,
                "content": message.text,
                "matches": place in hit.matches,
            }
            for place, message in enumerate(hit.messages)
        ],
    }


def _lines(
    number: int, hit: ShownHit, places: Callable[[str], Iterable[tuple[int, int]]]
) -> Iterator[Text]:
    sent = next((e.sent for e, is_match in hit.entries if is_match), None)
    day = f", {written_day(sent)}" if sent else ""
    yield Text.assemble((f"{number}. {safe_line(hit.title)}", "bold"), day)
    for entry, is_match in hit.entries:
        yield _line(entry, places if is_match else None)
    yield Text(f"   {hit.command}", style="dim")


def _line(
    entry: TranscriptLine, places: Callable[[str], Iterable[tuple[int, int]]] | None
) -> Text:
    content = safe_line(entry.content)
    spans = [] if places is None else [*places(content)]
    start = max(0, spans[0][0] - _LONGEST // 2) if spans else 0
    shown = content[start : start + _LONGEST]
    text = Text(("…" if start else "") + shown)
    for first, last in spans:
        moved = (1 if start else 0) - start
        text.stylize(_FOUND, max(0, first + moved), max(0, last + moved))
    return Text.assemble(
        "   " if places is None else " > ",
        (f"{entry.sent:%H:%M}" if entry.sent else "--:--", "dim"),
        "  ",
        (safe_line(entry.sender), _OWN if entry.is_own else _OTHER),
        ": ",
        text,
        "…" if len(content) > start + _LONGEST else "",
    )
