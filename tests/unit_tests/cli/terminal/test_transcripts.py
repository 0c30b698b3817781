"""A transcript on a terminal: coloured, wrapped under itself, in a pager; elsewhere plain."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

import pytest

pytest.importorskip("rich")

from rich.console import Console
from rich.pager import SystemPager

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._transcripts import (
    TranscriptLine,
    print_transcript,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LONG = " ".join(f"word{number}" for number in range(20))


def entry(content: str, *, sender: str = "Ann", is_own: bool = False) -> TranscriptLine:
    return TranscriptLine(sent=NOON, sender=sender, is_own=is_own, content=content)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Have a terminal of 40 columns; its pager shows "[pager]" first."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    written = io.StringIO()
    console = Console(
        file=written, force_terminal=True, width=40, color_system="standard"
    )
    monkeypatch.setattr(printing, "stdout", lambda: console)
    monkeypatch.setattr(
        SystemPager, "show", lambda _, content: written.write(f"[pager]{content}")
    )
    return written


def plain(screen: io.StringIO) -> list[str]:
    from rich.text import Text  # noqa: PLC0415

    return Text.from_ansi(screen.getvalue()).plain.splitlines()


def test_a_long_message_is_wrapped_under_itself(screen: io.StringIO) -> None:
    print_transcript("Ann", [entry(LONG)], pages=False)
    lines = plain(screen)[3:]
    assert lines[0].startswith("12:00  Ann: word0 word1")
    assert all(line.startswith("       word") for line in lines[1:])
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines).split()) == f"12:00 Ann: {LONG}"


def test_speakers_have_colours_and_days_a_line(screen: io.StringIO) -> None:
    entries = [entry("a"), entry("b", sender="Me", is_own=True), entry("c")]
    print_transcript("Ann", entries, pages=False)
    coloured = screen.getvalue()
    assert coloured.count("\x1b[32mAnn\x1b[0m") == 2
    assert "\x1b[1;36mMe\x1b[0m" in coloured
    assert plain(screen)[1:3] == ["", "Wednesday, 1 May 2024"]


def test_a_pager_is_asked_for_where_it_is_wanted(screen: io.StringIO) -> None:
    print_transcript("Ann", [entry("hello")], pages=True)
    assert screen.getvalue().startswith("[pager]")
    assert "12:00  Ann: hello" in plain(screen)


def test_no_colour_where_none_is_wanted(
    screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(file=screen, force_terminal=True, no_color=True, width=40)
    monkeypatch.setattr(printing, "stdout", lambda: console)
    print_transcript("Ann", [entry("hello")], pages=True)
    assert "\x1b[3" not in screen.getvalue()


def test_nothing_of_a_message_commands_the_terminal(
    screen: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evil = entry("a\x1b[2J\x9b\u202eb\n12:01  Me: c", sender="A\n\x1b[31mnn")
    print_transcript("T\x1b]0;x\x07", [evil], pages=False)
    assert "\x1b[2J" not in screen.getvalue()
    monkeypatch.undo()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    print_transcript("T\x1b]0;x\x07", [evil], pages=True)
    assert capsys.readouterr().out.splitlines() == [
        "T\ufffd]0;x\ufffd",
        "",
        "Wednesday, 1 May 2024",
        "12:00  A \ufffd[31mnn: a\ufffd[2J\ufffdb",
        "       12:01  Me: c",
    ]


def test_a_day_is_named_once_and_a_message_may_have_none(screen: io.StringIO) -> None:
    never = TranscriptLine(sent=None, sender="Bob", is_own=False, content="when?")
    print_transcript("Ann", [never, entry("a"), entry("b"), never], pages=False)
    assert plain(screen) == [
        "Ann",
        "--:--  Bob: when?",
        "",
        "Wednesday, 1 May 2024",
        "12:00  Ann: a",
        "12:00  Ann: b",
        "--:--  Bob: when?",
    ]
