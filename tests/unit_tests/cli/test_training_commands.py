"""The commands from a database to a model: what they print, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

typer_testing = pytest.importorskip("typer.testing")
pytest.importorskip("openai")

from langchain_imessage import finetuning  # noqa: E402
from langchain_imessage.cli._app import app  # noqa: E402
from langchain_imessage.cli.commands import _dataset_summary  # noqa: E402
from langchain_imessage.cli.terminal import _exits as exits  # noqa: E402
from langchain_imessage.cli.terminal import _printing as printing  # noqa: E402
from langchain_imessage.testing import (  # noqa: E402
    ChatDatabaseWriter,
    FineTuningServer,
    write_sample,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

ANN = "+14155550101"
CARD = "my card is 4111 1111 1111 1111"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command in an empty folder; its result has exit_code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object, input: str | None = None) -> Any:  # noqa: A002
        words = [str(argument) for argument in arguments]
        return typer_testing.CliRunner().invoke(app, words, input=input)

    return invoke


@pytest.fixture
def sample(path: Path) -> Path:
    return write_sample(path)


@pytest.fixture
def dataset(run: Callable, sample: Path) -> str:
    """Have a dataset of the sample, in the folder the commands look for."""
    assert run("prepare", sample, "--sender", "Tortoise").exit_code == 0
    return "dataset"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FineTuningServer]:
    """Have a provider that answers at once, and the variables that lead to it."""
    with FineTuningServer(job_polls=0) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        yield running


def test_prepare_says_where_each_message_went_and_what_comes_next(
    run: Callable, sample: Path
) -> None:
    result = run("prepare", sample, "--sender", "Tortoise")
    assert result.exit_code == 0
    assert "dataset (for openai): 10 examples to train on" in result.stdout
    words = " ".join(result.stdout.split())
    for line in (
        "in examples 61",
        "no message before it 3",
        "unanswered 1",
        "messages 65",
    ):
        assert line in words
    assert "langchain-imessage finetune dataset --provider openai" in result.stdout


def test_prepare_takes_each_choice_to_prepare_and_write_dataset(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "vetoes.json").write_text('{"format": 1, "vetoed": []}')
    options = "--sink mlx --gap 45 --windows answer --max-tokens 300 --reactions "
    options += "--max-per-contact 3 --no-redact --never fox --after 2020-01-01 "
    options += "--before 2030-01-01 --decisions vetoes.json --validation 0.2 --json"
    result = run(
        "prepare",
        sample,
        "--sender",
        "Tortoise",
        "--system-prompt",
        "",
        *options.split(),
    )
    found = json.loads(result.stdout)
    manifest, settings = found["manifest"], found["manifest"]["settings"]
    assert found["folder"] == "dataset"
    assert manifest["sink"] == "mlx"
    assert manifest["system_prompt"] is None
    assert settings["gap"] == 45 * 60
    assert settings["windows"] == "answer"
    assert settings["max_tokens"] == 300
    assert settings["max_per_contact"] == 3
    assert settings["redaction"] is None
    assert settings["reactions"] is True
    assert manifest["report"]["reasons"]["opted-out word"] == 1
    assert manifest["files"]["validation"]["name"] == "valid.jsonl"


def test_prepare_replaces_what_is_private_and_keeps_what_undoes_it(
    run: Callable, path: Path, at: Callable, tmp_path: Path
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        for number, letter in enumerate("abcdefghijklmnopqrst"):
            db.message(chat, f"what of {letter}?", sender=1, at=at(number * 90_000))
            db.message(chat, f"{CARD} {letter}", at=at(number * 90_000 + 60))
    result = run("prepare", path, "--vault", "vault.json")
    assert "Replaced by placeholders: 20 card" in result.stdout
    assert "held out, those since 20" in " ".join(result.stdout.split())
    train = (tmp_path / "dataset" / "train.jsonl").read_text()
    assert "4111" not in train
    assert "[card 1]" in train
    vault = tmp_path / "vault.json"
    assert "4111" in vault.read_text()
    assert vault.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--gap", "soon"], 2, "number of minutes"),
        (["--sink", "nobody"], 2, "is not one of openai, azure"),
        (["--decisions", "none.json"], 1, "Error: "),
    ],
)
def test_prepare_refuses_what_makes_no_sense(
    run: Callable, sample: Path, arguments: list[str], code: int, said: str
) -> None:
    result = run("prepare", sample, *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_prepare_and_validate_end_with_3_where_a_trainer_would_refuse(
    run: Callable, path: Path, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hi?", sender=1, at=at(0))
        db.message(chat, "hi!", at=at(9))
    result = run("prepare", path, "--no-redact")
    assert result.exit_code == exits.Exit.INCOMPLETE
    assert "error: " in result.stdout
    result = run("validate", "dataset")
    assert result.exit_code == exits.Exit.INCOMPLETE
    assert "1 error" in result.stdout
    monkeypatch.setattr(_dataset_summary, "_SHOWN", 0)
    result = run("prepare", path, "--no-redact")
    assert "finding: langchain-imessage validate dataset" in result.stdout


def test_validate_takes_a_folder_or_a_file_and_a_sink(
    run: Callable, dataset: str
) -> None:
    assert "0 errors" in run("validate", dataset).stdout
    result = run("validate", f"{dataset}/train.jsonl", "--sink", "mlx", "--json")
    assert json.loads(result.stdout)["sink"] == "mlx"
    result = run("validate", f"{dataset}/train.jsonl")
    assert result.exit_code == 1
    assert "pass --sink" in result.stderr


def test_report_writes_a_page(run: Callable, dataset: str, tmp_path: Path) -> None:
    result = run("report", dataset)
    assert result.exit_code == 0
    assert "open it in a browser" in result.stdout
    assert (tmp_path / dataset / "report.html").stat().st_size > 1000
    found = json.loads(run("report", dataset, "--out", "p.html", "--json").stdout)
    assert found == {"page": "p.html", "bytes": (tmp_path / "p.html").stat().st_size}


def test_finetune_trains_once_and_chat_talks_to_what_came_of_it(
    run: Callable, dataset: str, server: FineTuningServer
) -> None:
    result = run("finetune", dataset, "--yes", "--n-epochs", 3, "--expires-after", "2d")
    assert result.exit_code == 0, result.stderr
    assert "What leaves this computer, to 127.0.0.1" in result.stderr
    assert "expire there after 2 days" in result.stderr
    assert "Model: ft:" in result.stdout
    assert "Training loss: " in result.stdout
    again = run(
        "finetune", dataset, "--yes", "--n-epochs", 3, "--expires-after", "2d", "--json"
    )
    assert json.loads(again.stdout)["status"] == "succeeded"
    created = [r for r in server.requests if r.path.endswith("/fine_tuning/jobs")]
    assert sum(r.method == "POST" for r in created) == 1
    assert "ft:" in run("jobs", "--refresh").stdout
    (job,) = json.loads(run("jobs", dataset, "--json").stdout)
    assert job["status"] == "succeeded"
    result = run("chat", "--message", "What's the golden thread?")
    assert result.stdout == "The one you keep hold of when the path turns dark.\n"
    said = "I overslept.\n\nBy the race.\n/quit\nnever read\n"
    result = run("chat", dataset, "--json", input=said)
    assert json.loads(result.stdout) == [
        {"message": "I overslept.", "answer": "By how much?"},
        {
            "message": "By the race.",
            "answer": "Then you are early for the next one.",
        },
    ]


def test_jobs_looks_for_a_job_beside_the_file_that_tells_of_it(
    run: Callable, dataset: str, server: FineTuningServer, monkeypatch: Any
) -> None:
    run("finetune", dataset, "--yes", "--no-wait")
    seen = []
    attach = finetuning.attach

    def watched(job: str, *, state: Path) -> Any:
        seen.append(state)
        return attach(job, state=state)

    monkeypatch.setattr(finetuning, "attach", watched)
    assert "succeeded" in run("jobs", "--refresh").stdout
    assert [state.as_posix() for state in seen] == [f"{dataset}/finetuning.json"]
    assert server.requests


def test_jobs_says_so_where_there_are_none(run: Callable) -> None:
    assert run("jobs").stdout == "No jobs were started here.\n"


def test_finetune_asks_before_anything_is_sent(
    run: Callable,
    dataset: str,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = run("finetune", dataset)
    assert result.exit_code == 1
    assert "pass --yes" in result.stderr
    monkeypatch.setattr(printing, "has_terminal", lambda: True)
    result = run("finetune", dataset, input="n\n")
    assert result.exit_code == 1
    assert "Continue?" in result.stderr
    assert "nothing was sent" in result.stderr
    assert [r for r in server.requests if r.method == "POST"] == []
    result = run("finetune", dataset, "--no-wait", input="y\n")
    assert result.exit_code == 0
    assert "Job ftjob-" in result.stdout


def test_finetune_makes_a_dataset_of_a_database_first(
    run: Callable, sample: Path, server: FineTuningServer, tmp_path: Path
) -> None:
    result = run("finetune", sample, "--sender", "Tortoise", "--yes", "--out", "made")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "made" / "manifest.json").is_file()
    assert server.requests


def test_finetune_without_a_key_says_what_to_set(
    run: Callable, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    result = run("finetune", dataset, "--yes")
    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in result.stderr


def test_chat_shows_a_prompt_to_a_person_only(
    run: Callable,
    dataset: str,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("finetune", dataset, "--yes")
    assert server.requests
    monkeypatch.setattr(printing, "has_terminal", lambda: True)
    result = run("chat", dataset, input="I overslept.\n")
    assert "Press Ctrl-D to leave." in result.stderr
    assert "> " in result.stderr
    assert result.stdout == "By how much?\n"


def test_chat_ends_with_one_line_where_the_model_does_not_answer(
    run: Callable, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FineTuningServer(job_polls=0) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        run("finetune", dataset, "--yes")
        running.play("server_error", times=99, on="POST /chat/completions")
        result = run("chat", dataset, "-m", "I overslept.")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "I overslept" not in result.stderr
    assert "sk-secret" not in result.stderr


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    code = "import sys, langchain_imessage.cli._app; "
    code += "sys.exit(bool({'langchain_core', 'openai'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0
