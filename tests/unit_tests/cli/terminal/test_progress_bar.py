"""Progress: percent, how many of how many and the time left, for a person only."""

from __future__ import annotations

import io
import sys

import pytest

pytest.importorskip("rich")

from rich.console import Console

from langchain_imessage.cli.terminal import _progress_bar
from langchain_imessage.cli.terminal._progress_bar import progress_bar, tracked


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80)
    monkeypatch.setattr(_progress_bar, "stderr", lambda: console)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    return written


def test_nothing_is_drawn_where_nobody_looks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list(tracked([1, 2], "Reading", total=2)) == [1, 2]
    assert capsys.readouterr().err == ""


def test_a_known_total_has_percent_and_time_left(screen: io.StringIO) -> None:
    assert list(tracked([1, 2, 3, 4], "Reading", total=4)) == [1, 2, 3, 4]
    drawn = screen.getvalue()
    assert "Reading" in drawn
    assert "100%" in drawn
    assert "4/4" in drawn
    assert "0:00:00" in drawn
    assert "it/s" not in drawn
    assert "[progress" not in drawn


def test_an_unknown_total_has_a_count(screen: io.StringIO) -> None:
    with progress_bar("[red]Reading") as update:
        update(3, None)
    assert "[red]Reading" in screen.getvalue()
    assert "3/?" in screen.getvalue()
    assert "%" not in screen.getvalue()
