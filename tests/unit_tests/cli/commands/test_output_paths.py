"""No command replaces a file it was not told to replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("typer")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The file that is there, and the command that would write it; nothing else is there.
WRITERS = {
    "out.html": "report --out out.html",
    "blind.html": "blind --person Ann",
    "blind.key.json": "blind --person Ann",
    "out.json": "evaluate --model nobody --out out.json",
    "out.svg": "stats chat.db --plot out.svg",
    "conversations.csv": "export chat.db --format csv",
    "conversations.jsonl": "export chat.db",
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_there_stays(
    name: str, run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    (sample.parent / name).write_text("mine")
    result = run(*WRITERS[name].split())
    assert result.exit_code == 1
    assert result.stderr == f"Error: {name} already exists; pass --yes to replace it.\n"
    assert (sample.parent / name).read_text() == "mine"


@pytest.mark.parametrize("name", [name for name in WRITERS if "out" in name])
def test_a_folder_is_no_file_to_write(
    name: str, run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    (sample.parent / name).mkdir()
    (sample.parent / name / "mine").touch()
    assert run(*WRITERS[name].split()).exit_code == 2


def test_yes_replaces_it(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    run("prepare", sample, "--sender", "Tortoise")
    for _ in range(2):
        assert run("report").exit_code == 0  # in the dataset's own folder
        assert run("report", "-o", "page.html", "--yes").exit_code == 0


@pytest.mark.parametrize("name", WRITERS)
def test_a_link_is_not_followed(
    name: str, run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    elsewhere = sample.parent / "elsewhere"
    elsewhere.write_text("mine")
    (sample.parent / name).symlink_to(elsewhere)
    result = run(*WRITERS[name].split(), "--yes")
    assert result.exit_code == 2
    assert "is a symbolic link" in result.stderr
    assert elsewhere.read_text() == "mine"
