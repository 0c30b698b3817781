"""Conversations read in another process: the same examples, errors, warnings and counts."""

from __future__ import annotations

import pickle
from functools import partial
from io import BytesIO
from multiprocessing import spawn
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader, prepare, write_dataset
from langchain_imessage.errors import DatabaseNotFoundError, ExportError
from langchain_imessage.preparation.steps import _reading_process as reading
from langchain_imessage.testing import write_sample
from langchain_imessage.transforms import Redactor
from langchain_imessage.worker_processes import WorkerProcess, read_value, write_value

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.records import Message
    from langchain_imessage.transforms.redaction._vault import VaultEntry

CHOICES: dict[str, Any] = {
    "sender": "Tortoise",
    "never": ["nobody at all", "Fox"],
    "people": {"Hare": "rival", "Nobody": "friend"},
}


def unpickled(value: Any) -> Any:
    """Return what another process would get."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - made here


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "chat.db")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:(never|people):UserWarning")
def test_files_report_ledger_and_progress_are_the_same(
    database: Path, tmp_path: Path
) -> None:
    found = []
    for workers in (1, 2):
        told: list[tuple[int, int | None]] = []
        loader = IMessageChatLoader(database)
        progress = lambda *done, told=told: told.append(done)  # noqa: E731
        examples = prepare(loader, **CHOICES, workers=workers, progress=progress)
        folder = tmp_path / str(workers)
        write_dataset(examples, folder)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        found.append((files, examples.report, loader.ledger, told))
    assert found[0] == found[1]


@pytest.mark.slow
def test_an_error_there_is_the_same_error_here(database: Path) -> None:
    examples = prepare(IMessageChatLoader(database), workers=2, redactor=None)
    database.unlink()
    with pytest.raises(DatabaseNotFoundError):
        next(iter(examples))


@pytest.mark.slow
def test_a_warning_there_is_one_here(database: Path) -> None:
    examples = prepare(IMessageChatLoader(database), workers=2, sender="Nobody")
    with pytest.warns(UserWarning, match="No message is from 'Nobody'"):
        assert list(examples) == []


@pytest.mark.slow
def test_who_stops_early_ends_the_process(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Noted(WorkerProcess):
        def __init__(self, module: str) -> None:
            super().__init__(module)
            started.append(self._process)

    monkeypatch.setattr(reading, "WorkerProcess", Noted)
    examples = iter(prepare(IMessageChatLoader(database), sender="Tortoise", workers=2))
    next(examples)
    del examples
    assert started[0].returncode is not None


def test_a_process_that_exits_is_an_error_of_ours(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "__name__", "json")  # which has no `main`
    with pytest.raises(ExportError, match="exited unexpectedly"):
        list(prepare(IMessageChatLoader(database), workers=2))


def test_without_an_interpreter_it_says_what_to_do(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "get_executable", lambda: "")
    with pytest.raises(ExportError, match="leave workers out"):
        list(prepare(IMessageChatLoader(database), workers=2))


def test_what_cannot_be_sent_is_refused(database: Path) -> None:
    loader = IMessageChatLoader(database, content=lambda message: message.text or "")
    with pytest.raises(ExportError, match="defined in a module"):
        list(prepare(loader, workers=2))


class QuotesWords:
    def __call__(self, message: Message) -> str:
        return message.text

    def __reduce__(self) -> str:
        raise ValueError("secret words")


def test_an_error_of_pickling_is_not_told(database: Path) -> None:
    loader = IMessageChatLoader(database, content=QuotesWords())
    with pytest.raises(ExportError, match="defined in a module") as caught:
        list(prepare(loader, workers=2))
    assert caught.value.__context__ is None


def stopped(message: Message) -> str:
    raise SystemExit(message.rowid)


@pytest.mark.slow
def test_an_exit_there_is_one_here(database: Path) -> None:
    loader = IMessageChatLoader(database, content=stopped)
    with pytest.raises(SystemExit):
        list(prepare(loader, workers=2))


def test_workers_are_at_least_one(database: Path) -> None:
    with pytest.raises(ValueError, match="workers must be at least 1"):
        prepare(IMessageChatLoader(database), workers=0)


@pytest.mark.parametrize("for_rows", [False, True])
def test_what_is_sent_is_what_is_made_here(
    database: Path, monkeypatch: pytest.MonkeyPatch, *, for_rows: bool
) -> None:
    monkeypatch.setattr(reading, "_BATCH", 2)
    loader = IMessageChatLoader(database, images="inline", timestamps="iso")
    redactor = Redactor(names=["Achilles", "Hare"])
    choices = prepare(loader, sender="Tortoise", redactor=redactor)._choices
    output, source = BytesIO(), BytesIO()
    there = reading.OtherProcess(loader, choices, for_rows=for_rows)
    assert there.makes_turns
    write_value(there._job(), source)
    source.seek(0)
    reading._read(source, output)
    output.seek(0)
    made: list[Any] = []
    entries: list[VaultEntry] = []
    receive = partial(read_value, output)
    while not isinstance(batch := reading._received(receive), reading.ReadingEnd):
        made += [session for _, session in batch.segments]
        entries += batch.vault.entries if batch.vault else ()
    here = reading.Pass(choices)
    merge = getattr(here, "merged_for_rows" if for_rows else "merged")
    assert made == [*here.turns(merge(loader.lazy_load()))]
    assert batch.ledger == loader.ledger
    assert tuple(entries) == choices.redactor.vault.entries


@pytest.mark.slow
def test_the_redactor_is_in_the_end_what_it_would_be_here(database: Path) -> None:
    outcomes = []
    for workers in (1, 2):
        redactor = Redactor(names=["Ann"], vault=Redactor(names=["Bob"]).vault)
        choices: Any = {"sender": "Tortoise", "redactor": redactor}
        examples = prepare(IMessageChatLoader(database), **choices, workers=workers)
        made = list(examples)
        again = redactor.redact_text("Ann and Tortoise, +1 415 555 2671")
        vault = [(one.placeholder, one.key, one.text) for one in redactor.vault.entries]
        outcomes.append((made, again, vault, redactor.counts, redactor.dropped))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][2]


@pytest.mark.slow
def test_an_example_can_be_restored_before_all_are_made(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        friend = db.handle("+14155550100")
        chat = db.chat(friend)
        for day in range(70):  # more segments than are sent at a time
            number = f"+1415555{day:04}"
            db.message(chat, f"Call {number}", at=at(86_400 * day), sender=friend)
            db.message(chat, f"Will do, on day {day}", at=at(86_400 * day + 1))
    redactor = Redactor()
    choices: Any = {"redactor": redactor, "automated": True, "duplicates": True}
    examples = iter(prepare(IMessageChatLoader(path), **choices, workers=2))
    said = [next(examples)["messages"][1].content for _ in range(66)]
    assert said[0] == "Call [phone 1]"
    assert [redactor.restore(text)[-4:] for text in said] == [
        f"{n:04}" for n in range(66)
    ]
    del examples


@pytest.mark.parametrize(
    "choice",
    [
        {"redactor": Redactor(stand_in=lambda kind, number: f"[{kind} {number}]")},
        {"redactor": iter},
        {"group_titles": True},
    ],
)
def test_a_redactor_that_cannot_be_sent_redacts_here(
    choice: dict[str, Any], database: Path
) -> None:
    loader = IMessageChatLoader(database)
    choices = prepare(loader, **choice)._choices
    assert not reading.OtherProcess(loader, choices, for_rows=True).makes_turns


def test_loader_examples_and_redactor_can_be_pickled(database: Path) -> None:
    loader = IMessageChatLoader(database)
    redactor = Redactor(names=["Ann Smith"])
    examples = prepare(loader, sender="Tortoise", redactor=redactor)
    before = list(examples)
    again = unpickled(examples)
    assert list(again) == before
    assert again.report == examples.report
    assert unpickled(redactor).vault == redactor.vault
    assert unpickled(loader).load() == loader.load()
