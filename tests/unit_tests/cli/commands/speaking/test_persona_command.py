"""`persona`: what is sent, to whom, and that one is asked before."""

from __future__ import annotations

import json
import sqlite3
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from pydantic import Field
from typing_extensions import override

from langchain_imessage.cli.commands.speaking._named_model import runs_here, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_core.messages import BaseMessage

ANN = "+14155550101"
GONE = "RuntimeError"


class Recorder(FakeListChatModel):
    """A model that keeps what it is asked."""

    asked: list[Any] = Field(default_factory=list)

    @override
    def _stream(
        self, messages: list[BaseMessage], *args: Any, **kw: Any
    ) -> Iterator[Any]:
        self.asked.append(messages)
        if self.responses == [GONE]:
            raise RuntimeError(messages[-1].content)
        yield from super()._stream(messages, *args, **kw)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand in for LangChain's init_chat_model; keep what it is called with."""
    called: dict[str, Any] = {
        "model": Recorder(responses=["[name 1]? later"], asked=[])
    }

    def init_chat_model(name: str, **options: Any) -> Any:
        called.update(name=name, options=options)
        if isinstance(called["model"], Exception):
            raise called["model"]
        return called["model"]

    module = ModuleType("langchain.chat_models")
    module.init_chat_model = init_chat_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", module)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    return called


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable, tmp_path: Path) -> list[str]:
    """Write two questions with their answers, and a card of who asked."""
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "lunch?", sender=ann, at=at(0))
        db.message(chat, "call 415-555-2671", at=at(9))
        db.message(chat, "how is Ann Lee?", sender=ann, at=at(90_000))
        db.message(chat, "fine", at=at(90_009))
    card = tmp_path / "ann.vcf"
    card.write_text(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL:{ANN}\nEND:VCARD\n",
        encoding="utf-8",
    )
    return [str(path), "--contacts", str(card)]


def texts(model: Recorder, turn: int = -1) -> list[str]:
    return [str(message.content) for message in model.asked[turn]]


def test_a_model_here_is_given_what_was_written_and_nobody_is_asked(
    run: Callable, talks: list[str], named: dict[str, Any]
) -> None:
    result = run("persona", *talks, "--to", "Ann Lee", "-m", "lunch today?")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "[name 1]? later\n"
    assert "leaves" not in result.stderr
    assert named["name"] == "ollama:llama3.2"
    system, *rest = texts(named["model"])
    assert "texting with Ann Lee." in system
    assert rest == [
        "how is Ann Lee?",
        "fine",
        "lunch?",
        "call 415-555-2671",
        "lunch today?",
    ]


def test_for_a_model_elsewhere_one_is_told_and_asked(
    run: Callable, talks: list[str], named: dict[str, Any]
) -> None:
    away = ["--model", "openai:gpt-5-mini"]
    result = run("persona", *talks, *away, "-m", "lunch?")
    assert result.exit_code == 1
    assert "What leaves this computer, to openai, with each message:" in result.stderr
    assert "5 old answers of yours, and what others wrote" in result.stderr
    assert "pass --yes. Nothing was sent." in result.stderr
    assert "name" not in named
    result = run("persona", *talks, *away, "-m", "lunch, Ann?", "--yes")
    assert result.stdout == "Ann Lee? later\n"
    said = "\n".join(texts(named["model"]))
    assert "call [phone 1]" in said
    assert "Ann" not in said
    assert "lunch, [name 1]?" in said
    result = run("persona", *talks, *away, "--no-redact", "-m", "lunch, Ann?", "--yes")
    assert "nothing is replaced (--no-redact)" in result.stderr
    assert texts(named["model"])[-1] == "lunch, Ann?"


def test_options_go_to_the_model_and_to_the_loader(
    run: Callable,
    talks: list[str],
    named: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    options = ["--base-url", "http://127.0.0.1:9/v1", "--api-key-env", "MY_KEY"]
    more = ["--temperature", "0.5", "--before", "2024-05-02", "--never", "Carla"]
    result = run("persona", *talks, *options, *more, "-m", "lunch?", "--redact")
    assert result.exit_code == 0, result.stderr
    assert named["options"] == {
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": "sk-secret",
        "temperature": 0.5,
    }
    assert texts(named["model"])[1:] == ["lunch?", "call [phone 1]", "lunch?"]


def test_the_conversation_is_sent_along(
    run: Callable, talks: list[str], named: dict[str, Any]
) -> None:
    result = run("persona", *talks, "--examples", "0", "--json", stdin="hi\nagain\n")
    assert [turn["message"] for turn in json.loads(result.stdout)] == ["hi", "again"]
    assert texts(named["model"])[1:] == ["hi", "[name 1]? later", "again"]


def test_a_dataset_is_taken_as_it_was_prepared(
    run: Callable, talks: list[str], named: dict[str, Any], tmp_path: Path
) -> None:
    folder = str(tmp_path / "data")
    options = ["--no-redact", "--out", folder, "--validation", "0"]
    assert run("prepare", talks[0], *options).exit_code == 3  # only two
    away = ["--model", "openai:x", "--yes", "-m", "lunch?"]
    result = run("persona", folder, *away)
    assert result.exit_code == 0, result.stderr
    assert "redaction: as in the dataset" in result.stderr
    assert texts(named["model"])[-3:] == ["lunch?", "call 415-555-2671", "lunch?"]
    result = run("persona", folder, *away, "--never", "Ann")
    assert (result.exit_code, "prepared already" in result.stderr) == (2, True)


def test_an_index_is_kept_and_grows(
    run: Callable,
    talks: list[str],
    named: dict[str, Any],
    path: Path,
    tmp_path: Path,
) -> None:
    index = tmp_path / "replies.index"
    away = ["--model", "openai:x", "--yes", "--index", str(index)]
    assert run("persona", *talks, *away, "-m", "lunch?").exit_code == 0
    assert {file.stat().st_mode & 0o77 for file in tmp_path.glob("replies*")} == {0}
    with sqlite3.connect(path) as connection:
        (newest,) = connection.execute("SELECT max(date) FROM message").fetchone()
        for own, text in enumerate(("swim at noon?", "ask Ann Lee, 415-555-2671")):
            rowid = connection.execute(
                "INSERT INTO message (guid, text, handle_id, date, is_from_me) "
                "VALUES (?, ?, 1, ?, ?)",
                (f"N{own}", text, newest + (10**5 + own) * 10**9, own),
            ).lastrowid
            connection.execute(
                "INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, ?)",
                (rowid,),
            )
    connection.close()
    result = run("persona", *talks, *away, "-m", "shall we swim at noon, Ann?")
    assert result.exit_code == 0, result.stderr
    assert "ask [name 1], [phone 1]" in texts(named["model"])
    assert result.stdout == "Ann Lee? later\n"
    elsewhere = path.rename(tmp_path / "elsewhere.db")
    before = index.read_bytes()
    mixed = run("persona", elsewhere, *talks[1:], *away, "-m", "lunch?")
    assert mixed.exit_code != 0
    assert "built from another database" in mixed.stderr
    assert index.read_bytes() == before
    elsewhere.rename(path)
    other = run("persona", *talks, *away, "--no-redact", "-m", "lunch?")
    assert other.exit_code != 0
    assert "other choices" in other.stderr
    index.with_name("replies.index.vault.json").unlink()
    assert "has no replies.index.vault.json" in " ".join(
        run("persona", *talks, *away, "-m", "lunch?").stderr.split()
    )


def test_what_is_missing_is_named(
    run: Callable,
    talks: list[str],
    named: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named["model"] = ImportError("Please install langchain-ollama\nmore")
    result = run("persona", *talks, "-m", "hi")
    assert "Error: Please install langchain-ollama\n" in result.stderr
    named["model"] = AttributeError("module langchain_community has no ChatOllama")
    result = run("persona", *talks, "-m", "hi")
    assert "pip install langchain-ollama" in result.stderr
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    result = run("persona", *talks, "-m", "hi")
    assert "langchain-imessage[models]" in result.stderr
    assert run("persona", *talks, "--to", "Nobody", "-m", "hi").exit_code == 1


def test_a_model_that_fails_is_not_quoted(
    run: Callable, talks: list[str], named: dict[str, Any]
) -> None:
    named["model"] = Recorder(responses=[GONE], asked=[])
    result = run("persona", *talks, "-m", "a secret")
    assert result.exit_code == 1
    assert "The model did not answer (RuntimeError)" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    ("model", "base_url", "host", "is_here"),
    [
        ("ollama:llama3.2", None, "", True),
        ("ollama:llama3.2", None, "127.0.0.1:11434", True),
        ("ollama:llama3.2", None, "http://localhost:1", True),
        ("ollama:llama3.2", None, "gpu.example:11434", False),
        ("ollama:llama3.2", "http://gpu.example", "", False),
        ("ollama:gpt-oss:120b-cloud", None, "", False),
        ("ollama:glm-5:cloud", "http://127.0.0.1:11434", "", False),
        ("openai:any", "http://127.0.0.1:8080/v1", "", True),
        ("openai:any", None, "", False),
        ("gpt-5", None, "", False),
    ],
)
def test_only_what_is_known_to_run_here_is_said_to(
    model: str,
    base_url: str | None,
    host: str,
    *,
    is_here: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert runs_here(model, base_url) is is_here


def test_where_a_model_is_has_no_control_characters() -> None:
    assert where("openai:x", None) == "openai"
    assert where("x", None) == "its provider"
    assert where("openai:x", "https://api.example/v1") == "api.example"
    assert "\x1b" not in where("\x1b[2J:x", None)


def test_a_name_without_a_provider_is_explained(
    run: Callable, talks: list[str]
) -> None:
    result = run("persona", *talks, "--model", "nope:x", "--yes", "-m", "hi")
    assert result.exit_code == 1
    assert "'nope:x' names no provider of chat models" in result.stderr
