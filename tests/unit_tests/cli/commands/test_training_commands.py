"""The commands from a database to a model: what they print, how they end."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest

pytest.importorskip("typer")
pytest.importorskip("openai")

from langchain_imessage import finetuning
from langchain_imessage.cli.commands.making import _dataset_summary
from langchain_imessage.cli.commands.speaking._dialogue import talk
from langchain_imessage.cli.terminal import _exits as exits
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.finetuning.local.processes import _requirements
from langchain_imessage.terminal import shell_quoted
from langchain_imessage.testing import (
    ChatDatabaseWriter,
    FineTuningServer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

ANN = "+14155550101"
HOSTED = ("--provider", "openai")
CARD = "my card is 4111 1111 1111 1111"
MY_DATA = shell_quoted("my data")


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in an empty folder."""
    monkeypatch.chdir(tmp_path)


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
    assert "Answers in the files: 29; left out for openai: 0" in result.stdout
    assert "langchain-imessage finetune dataset --provider openai" in result.stdout


def test_prepare_ends_with_3_where_decisions_or_opt_outs_match_nothing(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    vetoes = tmp_path / "vetoes.json"
    vetoes.write_text(f'{{"format": 1, "vetoed": ["{"0" * 16}"]}}')
    options = ["prepare", sample, "--sender", "Tortoise"]
    result = run(*options, "--decisions", vetoes)
    assert result.exit_code == 3
    assert "Note: 1 of 1 vetoed examples are not in this dataset" in result.stdout
    result = run(*options, "--never", "Nobody Ever")
    assert result.exit_code == 3
    assert "Note: 1 of 1 opt-out matches no conversation" in result.stdout
    assert "'Nobody Ever' (a name or a word)" in result.stderr
    assert run(*options, "--never", "fox").exit_code == 0


def test_prepare_takes_each_choice_to_prepare_and_write_dataset(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "vetoes.json").write_text('{"format": 1, "vetoed": []}')
    options = "--sink mlx --gap 45 --windows answer --max-tokens 300 --reactions "
    options += "--max-per-contact 3 --no-redact --never fox --after 2020-01-01 "
    options += "--before 2030-01-01 --decisions vetoes.json --validation 0.2 --json "
    options += "--workers 2"
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
    result = run(
        "finetune", dataset, *HOSTED, "--yes", "--n-epochs", 3, "--expires-after", "2d"
    )
    assert result.exit_code == 0, result.stderr
    assert "What leaves this computer, to 127.0.0.1" in result.stderr
    assert "expire there after 2 days" in result.stderr
    assert "Model: ft:" in result.stdout
    assert "Training loss: " in result.stdout
    again = run(
        "finetune",
        dataset,
        *HOSTED,
        "--yes",
        "--n-epochs",
        3,
        "--expires-after",
        "2d",
        "--json",
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
    result = run("chat", dataset, "--json", stdin=said)
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
    run("finetune", dataset, *HOSTED, "--yes", "--no-wait")
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
    result = run("finetune", dataset, *HOSTED)
    assert result.exit_code == 1
    assert "pass --yes" in result.stderr
    monkeypatch.setattr(printing, "has_terminal", lambda: True)
    result = run("finetune", dataset, *HOSTED, stdin="n\n")
    assert result.exit_code == 1
    assert "Continue?" in result.stderr
    assert "nothing was sent" in result.stderr
    assert [r for r in server.requests if r.method == "POST"] == []
    result = run("finetune", dataset, *HOSTED, "--no-wait", stdin="y\n")
    assert result.exit_code == 0
    assert "Job ftjob-" in result.stdout


def test_finetune_makes_a_dataset_of_a_database_first(
    run: Callable, sample: Path, server: FineTuningServer, tmp_path: Path
) -> None:
    result = run(
        *("finetune", sample, *HOSTED, "--sender", "Tortoise"), "--yes", "--out", "made"
    )
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "made" / "manifest.json").is_file()
    assert server.requests


def test_finetune_without_a_key_says_what_to_set(
    run: Callable, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    result = run("finetune", dataset, *HOSTED, "--yes")
    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in result.stderr


def test_chat_shows_a_prompt_to_a_person_only(
    run: Callable,
    dataset: str,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("finetune", dataset, *HOSTED, "--yes")
    assert server.requests
    monkeypatch.setattr(printing, "has_terminal", lambda: True)
    result = run("chat", dataset, stdin="I overslept.\n")
    assert "Press Ctrl-D to leave." in result.stderr
    assert "> " in result.stderr
    assert result.stdout == "By how much?\n"


def test_chat_ends_with_one_line_where_the_model_does_not_answer(
    run: Callable, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FineTuningServer(job_polls=0) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        run("finetune", dataset, *HOSTED, "--yes")
        running.play("server_error", times=99, on="POST /chat/completions")
        result = run("chat", dataset, "-m", "I overslept.")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "I overslept" not in result.stderr
    assert "sk-secret" not in result.stderr


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    code = "import sys, langchain_imessage.cli._app; "
    heavy = {"langchain_core", "openai", "langchain_imessage.chatdb"}
    code += f"sys.exit(bool({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


def test_a_long_conversation_is_trimmed_to_its_latest_messages() -> None:
    class Chain:
        histories: ClassVar[list[list[tuple[str, str]]]] = []

        def stream(self, asked: dict[str, Any]) -> Iterator[str]:
            self.histories.append(list(asked["history"]))
            yield asked["input"].upper()

    said = [f"line {number}" for number in range(30)]
    chain = cast("Any", Chain())
    turns = list(talk(chain, said, ask=lambda call: call(), quiet=True))
    assert [turn["answer"] for turn in turns] == [text.upper() for text in said]
    lengths = [len(history) for history in Chain.histories]
    assert lengths == [min(2 * number, 40) for number in range(30)]
    assert Chain.histories[-1][0] == ("human", "line 9")
    assert Chain.histories[-1][-1] == ("ai", "LINE 28")


@pytest.mark.parametrize(
    ("sink", "next_step"),
    [
        ("openai", f"langchain-imessage finetune {MY_DATA} --provider openai"),
        ("azure", f"langchain-imessage finetune {MY_DATA} --provider azure"),
        ("mlx", f"langchain-imessage finetune {MY_DATA} --provider local"),
        ("trl", "next_commands("),
        ("mistral", None),
    ],
)
def test_the_next_step_is_one_for_the_sink(
    run: Callable, sample: Path, sink: str, next_step: str | None
) -> None:
    words = ("prepare", sample, "--sender", "Tortoise", "-o", "my data", "--sink", sink)
    result = run(*words)
    assert f"langchain-imessage report {MY_DATA}\n" in result.stdout
    assert ("Train on it:" in result.stdout) == (next_step is not None)
    if next_step:
        assert next_step in result.stdout


@pytest.mark.parametrize("has_mlx", [True, False])
def test_training_here_is_offered_only_where_it_can_be(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch, *, has_mlx: bool
) -> None:
    monkeypatch.setattr(_requirements, "is_supported_platform", lambda: has_mlx)
    printed = run("prepare", sample, "--sender", "Tortoise").stdout
    assert ("finetune dataset           " in printed) is has_mlx
    assert "finetune dataset --provider openai" in printed


def test_the_command_for_another_trainer_can_be_pasted(
    run: Callable, sample: Path
) -> None:
    folder = "it's here"
    run("prepare", sample, "--sender", "Tortoise", "-o", folder, "--sink", "trl")
    printed = run(
        "prepare", sample, "--sender", "Tortoise", "-o", folder, "--sink", "trl"
    ).stdout
    command = printed.splitlines()[-1].partition("Train on it: ")[2]
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "SFTTrainer(" in done.stdout, done.stderr


def test_no_next_step_is_offered_that_findings_forbid(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "hi?", sender=1, at=at(0))
        db.message(chat, "hi!", at=at(9))
    result = run("prepare", path, "--no-redact")
    assert result.exit_code == exits.Exit.INCOMPLETE
    assert "Train on it" not in result.stdout
    assert "Not ready to train on" in result.stdout


def test_prepare_obeys_max_tokens_above_a_trainers_own_limit(
    run: Callable, path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for number in range(120):
            sender = None if number % 2 else ann
            text = f"{number} " + "apple " * 20
            db.message(chat, text, sender=sender, at=at(60 * number))
    words = ("prepare", path, "--sink", "trl", "--validation", 0, "--json")
    manifest = json.loads(run(*words, "--max-tokens", 4096).stdout)["manifest"]
    train = manifest["files"]["train"]
    assert train["tokens"] / train["examples"] > 1_024


def test_prepare_takes_filters_names_and_goes_on_with_a_vault(
    run: Callable, path: Path, at: Callable, tmp_path: Path
) -> None:
    with ChatDatabaseWriter(path) as db:
        for person, name in enumerate(("Zebedee", "Quentin"), 1):
            handle = db.handle(f"{name}@x.org")
            chat = db.chat(handle)
            db.message(chat, f"who is {name}?", sender=handle, at=at(person * 10))
            db.message(chat, f"{name} is my son", at=at(person * 10 + 1))
    names = ("--names", "Zebedee", "--names", "Quentin")
    vault = ("--vault", "vault.json", "--validation", "0")
    run("prepare", path, "--chats", "quentin@x.org", *names, *vault)
    train = (tmp_path / "dataset" / "train.jsonl").read_text()
    assert "who is [name 1]?" in train
    assert train.count("\n") == 1
    run("prepare", path, "--people", "zebedee@x.org", *names, *vault)
    assert "who is [name 2]?" in (tmp_path / "dataset" / "train.jsonl").read_text()
    assert (tmp_path / "vault.json").read_text().count("Quentin") >= 1


def test_nothing_is_left_of_a_dataset_that_was_not_written(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    result = run("prepare", sample, "--sender", "Nobody", "-o", "made")
    assert result.exit_code == 1
    assert not (tmp_path / "made").exists()


def test_chat_without_a_dataset_says_so(run: Callable) -> None:
    result = run("chat", "nowhere")
    assert result.exit_code == 1
    assert "nowhere: There is no such dataset or state file," in result.stderr


def test_after_training_on_a_file_the_chat_that_is_offered_works(
    run: Callable, dataset: str, server: FineTuningServer, tmp_path: Path
) -> None:
    (tmp_path / "my file.jsonl").write_bytes(
        (tmp_path / dataset / "train.jsonl").read_bytes()
    )
    result = run("finetune", "my file.jsonl", "--provider", "openai", "--yes")
    assert result.exit_code == 0, result.stderr
    command = shlex.split(result.stdout.splitlines()[-1].partition("Chat with it: ")[2])
    assert command[:2] == ["langchain-imessage", "chat"]
    answer = run(*command[1:], "-m", "What's the golden thread?")
    assert answer.stdout == "The one you keep hold of when the path turns dark.\n"
    assert server.requests


def test_the_same_command_on_a_database_finds_its_running_job(
    run: Callable, sample: Path
) -> None:
    with FineTuningServer(job_polls=20) as server:
        command = ("finetune", sample, "--sender", "Tortoise", "--yes", "--no-wait")
        command = (*command, "--base-url", server.base_url)
        first = run(*command)
        assert first.exit_code == 0, first.stderr
        database = sqlite3.connect(sample)
        database.execute(
            "UPDATE message SET text = 'Slowly.' WHERE text = 'Speed is key!'"
        )
        database.commit()
        database.close()
        again = run(*command)
        assert "still running" in again.stderr
        job_id = first.stdout.split(":")[0]
        assert again.stdout.startswith(job_id)
        other = run(*command, "--n-epochs", 2)
        assert not other.stdout.startswith(job_id)
        created = [r for r in server.requests if r.line == "POST /fine_tuning/jobs"]
        assert len(created) == 2


def test_a_command_killed_while_its_job_was_created_comes_back_to_it(
    run: Callable, sample: Path, tmp_path: Path
) -> None:
    with FineTuningServer(job_polls=20) as server:
        command = ("finetune", sample, "--sender", "Tortoise", "--yes", "--no-wait")
        command = (*command, "--base-url", server.base_url)
        job_id = run(*command).stdout.split(":")[0].removeprefix("Job ")
        state = tmp_path / "dataset" / "finetuning.json"
        text = state.read_text().replace(f'"job_id": "{job_id}"', '"job_id": null')
        assert '"job_id": null' in text
        state.write_text(text.replace('"earlier_jobs": null', '"earlier_jobs": []'))
        with contextlib.closing(sqlite3.connect(sample)) as database:
            database.execute("UPDATE message SET text = 'x' WHERE text LIKE 'Speed%'")
            database.commit()
        again = run(*command)
        assert "interrupted" in again.stderr
        assert job_id in again.stdout
        created = [r for r in server.requests if r.line == "POST /fine_tuning/jobs"]
    assert len(created) == 1


def test_cancel_stops_a_job(run: Callable, dataset: str) -> None:
    with FineTuningServer(job_polls=20) as server:
        run("finetune", dataset, "--base-url", server.base_url, "--yes", "--no-wait")
        assert "cancelled" in run("cancel", dataset).stdout
        assert json.loads(run("cancel", dataset, "--json").stdout)["status"] == (
            "cancelled"
        )
        assert "Check it" not in run("attach", dataset, "--no-wait").stdout


def _start(run: Callable, dataset: str, server: FineTuningServer) -> str:
    words = ("--base-url", server.base_url, "--yes", "--no-wait", "--json")
    return str(json.loads(run("finetune", dataset, *words).stdout)["job_id"])


def test_a_job_is_named_by_its_id(
    run: Callable, dataset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FineTuningServer(job_polls=0) as server:
        job_id = _start(run, dataset, server)
        followed = run("attach", job_id)
        assert followed.exit_code == 0, followed.stderr
        assert followed.stdout.endswith(f"langchain-imessage chat {job_id}\n")
        assert run("chat", job_id, "-m", "I overslept.").stdout == "By how much?\n"
        assert "succeeded" in run("cancel", job_id).stdout
        monkeypatch.chdir(tmp_path.parent)
        state = ("--state", str(tmp_path / dataset / "finetuning.json"))
        assert run("chat", job_id, *state, "-m", "I overslept.").stdout == (
            "By how much?\n"
        )
        assert "succeeded" in run("cancel", job_id, *state).stdout


def test_an_id_that_nobody_recorded_needs_a_provider(
    run: Callable, dataset: str, tmp_path: Path
) -> None:
    with FineTuningServer(job_polls=3) as server:
        job_id = _start(run, dataset, server)
        (tmp_path / dataset / "finetuning.json").unlink()
        away = ("--base-url", server.base_url)
        found = run("attach", job_id, *away, "--no-wait")
        assert f"attach {job_id} --base-url {server.base_url} --no-wait" in found.stdout
        assert "cancelled" in run("cancel", job_id, *away).stdout
        made = [r for r in server.requests if r.method == "POST"]
        assert [r.path for r in made if "cancel" not in r.path] == [
            *("/files", "/fine_tuning/jobs")
        ]
    unknown = run("attach", "job-nobody-knows")
    assert unknown.exit_code == 1
    assert "For the id of another job, pass --provider." in unknown.stderr


@pytest.mark.usefixtures("server")
def test_listing_jobs_deletes_no_file_and_coming_back_to_one_does(
    run: Callable, dataset: str, server: FineTuningServer
) -> None:
    options = ["finetune", dataset, *HOSTED, "--yes", "--delete-files", "--no-wait"]
    assert run(*options).exit_code == 0
    assert "succeeded" in run("jobs", "--refresh").stdout
    assert not any(r.line.startswith("DELETE") for r in server.requests)
    assert run("attach", dataset, "--no-wait").exit_code == 0
    assert any(r.line.startswith("DELETE") for r in server.requests)


def test_what_is_said_of_an_id_nobody_knows_is_what_the_command_can_do(
    run: Callable,
) -> None:
    assert "--provider" not in run("convert", "nope").stderr
    assert "pass --provider" in run("cancel", "nope").stderr
    assert "Pass the job's own folder" in run("cancel", "local-0123456789ab").stderr


def test_refreshed_jobs_are_recorded(run: Callable, dataset: str) -> None:
    with FineTuningServer(job_polls=0) as server:
        _start(run, dataset, server)
        assert "succeeded" not in run("jobs").stdout
        run("jobs", "--refresh")
    (recorded,) = json.loads(run("jobs", "--json").stdout)
    assert recorded["status"] == "succeeded"
    assert recorded["fine_tuned_model"].startswith("ft:")


def test_a_provider_that_is_gone_hides_no_other_job(
    run: Callable, dataset: str, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / dataset, tmp_path / "other")
    with FineTuningServer(job_polls=0) as server:
        with FineTuningServer(job_polls=0, seed="gone") as gone:
            run("finetune", dataset, "--base-url", gone.base_url, "--yes", "--no-wait")
        run("finetune", "other", "--base-url", server.base_url, "--yes", "--no-wait")
        result = run("jobs", "--refresh")
    assert result.exit_code == 0
    assert "succeeded" in result.stdout
    assert "validating_files" in result.stdout
    assert "cannot be reached" in result.stderr
    assert "system_prompt" not in run("jobs", "--json").stdout


def test_a_key_for_another_server_is_in_a_variable_that_is_named(
    run: Callable, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = ("--base-url", "https://api.other.example/v1", "--yes")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    result = run("finetune", dataset, *away)
    assert "api.other.example needs a key: pass --api-key-env" in result.stderr
    assert run("finetune", dataset, *away, "--api-key-env", "NOT_SET").exit_code == 2
    with FineTuningServer(require_key=True, job_polls=0) as server:
        monkeypatch.setenv("MY_KEY", server.api_key)
        named = ("--api-key-env", "MY_KEY")
        command = ("finetune", dataset, "--base-url", server.base_url, "--yes")
        assert run(*command).exit_code == 1
        assert run(*command, *named).exit_code == 0
        result = run("chat", dataset, *named, "-m", "I overslept.")
        assert result.stdout == "By how much?\n"
        assert "succeeded" in run("cancel", dataset, *named).stdout


@pytest.mark.parametrize(
    ("options", "wanted", "said"),
    [
        ([], ("gguf", "model.gguf"), "Try it: llama-cli -m"),
        (["-o", "me.gguf"], ("gguf", "me.gguf"), "me.gguf (gguf)"),
        (["-o", "me"], ("fused", "me"), "me (fused)"),
        (["-o", "me", "--form", "peft"], ("peft", "me"), "me (peft)"),
        (["-o", "me", "--json"], ("fused", "me"), '"form": "fused"'),
    ],
)
def test_convert_writes_the_form_that_the_path_or_an_option_names(
    run: Callable,
    dataset: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    options: list[str],
    wanted: tuple[str, str],
    said: str,
) -> None:
    asked = []

    def export(form: str, path: Path) -> Path:
        asked.append((form, path.name))
        return path

    job = SimpleNamespace(export=export)
    monkeypatch.setattr("langchain_imessage.finetuning.attach", lambda _: job)
    assert said in run("convert", dataset, *options).stdout
    assert asked == [wanted]


def test_a_damaged_state_file_hides_no_other_job(run: Callable, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "finetuning.json").write_text("{")
    result = run("jobs")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "damaged/finetuning.json is damaged" in result.stderr
    record = {"fingerprint": "f", "provider": "openai", "base_url": None, "model": "m"}
    other = {**record, "began": 1.0, "job_id": "ftjob-1"}
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "finetuning.json").write_text(
        json.dumps({"format": 1, "uploads": [], "jobs": [other]})
    )
    result = run("jobs")
    assert result.exit_code == 0
    assert "ftjob-1" in result.stdout
    assert "damaged/finetuning.json is damaged" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "no"),
        ("report", "no"),
        ("validate", "no"),
        ("validate", "no", "--sink", "openai"),
        ("finetune", "no"),
        ("persona", "no", "--model", "nobody:nothing"),
        ("jobs", "no"),
        ("chat", "no"),
        ("attach", "no"),
        ("cancel", "no"),
        ("convert", "no"),
    ],
)
def test_what_is_not_there_is_what_is_said(
    words: tuple[str, ...],
    run: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 1
    assert re.search(r"no: There is no|no folder no:|File no not found", result.stderr)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_dataset_is_said_to_have_none(
    run: Callable, tmp_path: Path
) -> None:
    result = run("finetune", tmp_path)
    assert result.exit_code == 1
    assert "is a folder" in result.stderr
    assert "It holds no dataset, either." in result.stderr
