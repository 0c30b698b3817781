"""What tests of the commands share: running one, and a sample database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def times_are_printed_in_utc(in_zone: Callable) -> None:
    """Have days and times in what is printed be the same on every computer."""
    if hasattr(time, "tzset"):
        in_zone("UTC")


@pytest.fixture(scope="session")
def built() -> Any:
    """Build the commands once: it takes ten times as long as most of them do."""
    typer = pytest.importorskip("typer")
    from langchain_imessage.cli._app import app  # noqa: PLC0415

    return typer.main.get_command(app)


@pytest.fixture
def run(built: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command; its result has exit_code, stdout and stderr."""
    from typer import testing  # noqa: PLC0415

    from langchain_imessage.cli._app import app  # noqa: PLC0415

    monkeypatch.setattr(testing, "_get_command", lambda _: built, raising=False)

    def invoke(*arguments: object, stdin: str | None = None) -> Any:
        words = [str(argument) for argument in arguments]
        return testing.CliRunner().invoke(app, words, input=stdin)

    return invoke


@pytest.fixture
def sample(path: Path) -> Path:
    """Return a sample database."""
    from langchain_imessage.testing import write_sample  # noqa: PLC0415

    return write_sample(path)
