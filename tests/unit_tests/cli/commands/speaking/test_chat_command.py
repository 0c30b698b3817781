"""`chat` with a tuned model: examples, placeholders, and who writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

ANN = "+14155550101"
PLACES = [
    "oak",
    "pond",
    "gate",
    "hill",
    "barn",
    "road",
    "lake",
    "farm",
    "mill",
    "well",
    "cave",
    "moor",
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FineTuningServer]:
    """Have a provider that keeps what it is asked."""
    with FineTuningServer(job_polls=0, keep_bodies=True) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        yield running


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable, tmp_path: Path) -> list[str]:
    """Write conversations with one person; return the options that name her."""
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for day, place in enumerate(PLACES):
            moment = day * 90_000
            asked = f"is Ann Lee at the {place}?"
            db.message(chat, asked, sender=ann, at=at(moment))
            db.message(chat, f"ask Ann of the {place}", at=at(moment + 9))
    card = tmp_path / "ann.vcf"
    card.write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL:{ANN}\nEND:VCARD\n")
    return [str(path), "--contacts", str(card), "--relation", "Ann Lee=sister"]


@pytest.fixture
def trained(run: Callable, talks: list[str], tmp_path: Path) -> list[str]:
    """Train on redacted conversations; return how to chat."""
    folder, vault = str(tmp_path / "data"), str(tmp_path / "vault.json")
    result = run("prepare", *talks, "--out", folder, "--vault", vault)
    assert result.exit_code == 0, result.stdout + result.stderr
    result = run("finetune", folder, "--provider", "openai", "--yes")
    assert result.exit_code == 0, result.stderr
    return ["chat", folder, "--vault", vault]


def asked(server: FineTuningServer) -> list[str]:
    (*_, last) = (r for r in server.requests if r.path.endswith("/chat/completions"))
    assert last.values is not None
    return [str(message["content"]) for message in last.values["messages"]]


def test_names_are_placeholders_for_the_model_and_names_for_its_user(
    run: Callable, server: FineTuningServer, trained: list[str]
) -> None:
    result = run(*trained, "-m", "is Ann Lee at the gate?")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "ask Ann Lee of the gate\n"
    assert asked(server)[-1] == "is [name 1] at the gate?"
    result = run(*trained, "--to", "Ann Lee", "-m", "is Ann Lee at the mill?")
    assert "Now you are texting with [name 1], your sister." in asked(server)[0]
    assert run(*trained, "--to", "Carla", "-m", "hi").exit_code == 1


def test_old_answers_of_the_training_file_go_along(
    run: Callable, server: FineTuningServer, trained: list[str]
) -> None:
    result = run(*trained, "--examples", "2", "-m", "at the gate?")
    assert result.exit_code == 0, result.stderr
    *_, question, answer, said = asked(server)
    assert (question, answer) == (
        "is [name 1] at the gate?",
        "ask [name 1] of the gate",
    )
    assert said == "at the gate?"
    assert len(asked(server)) == 2 * 2 + 2
    elsewhere = ["chat", "ftjob-1", "--provider", "openai", "--examples", "2"]
    assert run(*elsewhere, "-m", "hi").exit_code != 0


def test_a_relation_needs_a_person(run: Callable, path: Path) -> None:
    result = run("prepare", path, "--relation", "=sister")
    assert result.exit_code == 2
    assert "--relation needs a person" in result.stderr
