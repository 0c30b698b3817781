"""Tables on a narrow terminal keep together what is copied from them."""

from __future__ import annotations

import io
import sys

import pytest

pytest.importorskip("typer")
pytest.importorskip("rich")

from rich.console import Console

from langchain_imessage.cli.terminal import _printing as printing


@pytest.mark.parametrize(("whole", "is_whole"), [(("job",), True), ((), False)])
def test_a_column_may_be_kept_from_being_broken(
    whole: tuple[str, ...],
    is_whole: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(printing, "stdout", lambda: Console(width=24))
    printing.print_table(
        "job", "model", rows=[("ftjob-1234567", "gpt-4.1-mini-2025")], whole=whole
    )
    assert ("ftjob-1234567" in capsys.readouterr().out) is is_whole


class Input(io.StringIO):
    """A stdin that may be a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (None, False),
        (Input(is_terminal=False), False),
        (Input(is_terminal=True), True),
    ],
)
def test_somebody_can_be_asked_at_a_terminal_only(
    stdin: Input | None, *, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert printing.has_terminal() is expected
