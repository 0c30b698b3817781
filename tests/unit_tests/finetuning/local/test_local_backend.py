"""Jobs on this computer, with a small script in the trainer's place."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made_examples import examples
from model_folders import write_empty_model

from langchain_imessage import write_dataset
from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning import attach, fine_tune
from langchain_imessage.finetuning._errors import failure
from langchain_imessage.finetuning._types import Order
from langchain_imessage.finetuning.local import _local_backend as _backend
from langchain_imessage.finetuning.local._job_dir import WEIGHTS, JobFolder
from langchain_imessage.finetuning.local._local_backend import (
    LocalBackend,
    local_backend,
)
from langchain_imessage.finetuning.local.processes import (
    _requirements,
    _trainer_process,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BEGINNING = """
import json, os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def tell(kind, **facts):
    with open(folder / "events.jsonl", "a") as file:
        file.write(json.dumps({"at": time.time(), "kind": kind, **facts}) + "\\n")
def checkpoint(step):
    made = folder / "checkpoints" / f"{step:07d}"
    made.mkdir(parents=True)
    (made / "adapters.safetensors").write_text("weights")
    data = {"step": step, "total_steps": 9, "train_loss": 2.0}
    tell("checkpoint", step=step, name=made.name, data=data)
tell("status", status="running")
data = {"step": 1, "total_steps": 9, "train_loss": 3.0, "trained_tokens": 5}
tell("metrics", step=1, data=data)
tell("metrics", step=1, data={"step": 1, "total_steps": 9, "valid_loss": 4.0})
"""
ENDS = 'tell("status", status="succeeded")'
FAILS = 'tell("status", status="failed", code="model_unusable", message="No.")'
DIES = "checkpoint(5); os.kill(os.getpid(), signal.SIGKILL)"
GOES_ON = "time.sleep(600)"
IS_STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); tell('ready'); " + GOES_ON


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Say what the trainer does."""
    script = [ENDS]

    def begin(
        module: str,
        arguments: Sequence[str],
        *,
        log: int,
        pass_fds: Sequence[int],
        offline: bool,
    ) -> subprocess.Popen[bytes]:
        assert module == "worker._trainer_main"
        assert offline
        code = BEGINNING + script[-1]
        return subprocess.Popen(
            [sys.executable, "-S", "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=pass_fds,
            start_new_session=True,
        )

    monkeypatch.setattr(_trainer_process, "start", begin)
    monkeypatch.setattr(_requirements, "find_spec", lambda _: True)
    return script.append


def _digest(path: Path | None) -> str:
    assert path is not None
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def order(tmp_path: Path) -> Order:
    (tmp_path / "model").mkdir()
    (tmp_path / "train.jsonl").write_text("{}\n")
    (tmp_path / "manifest.json").write_text('{"sink": "mlx"}')
    return Order(
        train=tmp_path / "train.jsonl",
        train_sha256=_digest(tmp_path / "train.jsonl"),
        folder=tmp_path,
        model=str(tmp_path / "model"),
        fingerprint="0123456789abcdef",
        n_epochs=2,
        learning_rate_multiplier=3,
        options={"rank": 4},
    )


@pytest.fixture
def backend(tmp_path: Path, trainer: Callable[[str], None]) -> LocalBackend:
    del trainer
    return local_backend(tmp_path)


def silent(line: str) -> None:
    del line


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(backend: LocalBackend, job_id: str) -> Any:
    until(lambda: backend.retrieve(job_id).status not in {"queued", "running"})
    return backend.retrieve(job_id)


def folder_of(backend: LocalBackend, job_id: str) -> JobFolder:
    return JobFolder(backend.folder / job_id)


def test_a_job_runs_to_its_end(backend: LocalBackend, order: Order) -> None:
    begun = backend.start(order, silent)
    assert begun.job_id == "local-0123456789ab"
    state = ended(backend, begun.job_id)
    adapters = folder_of(backend, begun.job_id).adapters
    assert state.status == "succeeded"
    assert state.fine_tuned_model == str(adapters)
    assert state.trained_tokens == 5
    assert state.finished_at is not None
    assert (adapters / "manifest.json").read_text() == '{"sink": "mlx"}'


def test_a_file_that_changed_since_its_plan_is_not_trained_on(
    backend: LocalBackend, order: Order
) -> None:
    order.train.write_text("{}\n{}\n")
    with pytest.raises(FineTuningError, match="changed since it was checked"):
        backend.start(order, silent)


def test_an_order_becomes_a_recipe(backend: LocalBackend, order: Order) -> None:
    job_id = backend.start(order, silent).job_id
    config = json.loads(folder_of(backend, job_id).config.read_text())
    assert config["n_epochs"] == 2
    assert config["learning_rate"] == pytest.approx(3e-5)
    assert config["rank"] == 4
    assert config["batch_size"] is None


def test_only_a_dataset_for_mlx_has_rows_for_their_last_turns(
    backend: LocalBackend, order: Order
) -> None:
    bare = folder_of(backend, backend.start(order, silent).job_id)
    assert json.loads(bare.config.read_text())["train_last_only"] is False
    dataset = write_dataset(
        examples(40), order.folder / "data", sink="mlx", validation=0.2
    )
    order = replace(
        order,
        train=dataset.train,
        train_sha256=_digest(dataset.train),
        validation=dataset.validation,
        validation_sha256=_digest(dataset.validation),
        fingerprint="another fingerprint",
    )
    made = folder_of(backend, backend.start(order, silent).job_id)
    config = json.loads(made.config.read_text())
    assert config["train_last_only"] is config["validation_last_only"] is True


def test_events_are_given_once_and_say_their_figures(
    backend: LocalBackend, order: Order
) -> None:
    job_id = backend.start(order, silent).job_id
    ended(backend, job_id)
    events = backend.events(job_id, None)
    assert [event.message for event in events] == [
        "Starting the trainer",
        "Training",
        "Step 1/9: train_loss 3.000",
        "Step 1/9: valid_loss 4.000",
        "Done",
    ]
    assert events[2].loss == 3.0
    assert events[2].kind == "metrics"
    assert backend.events(job_id, events[2].id) == events[3:]


def test_the_same_order_is_not_trained_twice(
    backend: LocalBackend, order: Order
) -> None:
    job_id = backend.start(order, silent).job_id
    ended(backend, job_id)
    before = backend.events(job_id, None)
    said: list[str] = []
    assert backend.start(order, said.append).status == "succeeded"
    assert said == [f"This job has succeeded already: {job_id}"]
    assert backend.events(job_id, None) == before


def test_a_job_that_runs_is_not_started_again_and_can_be_cancelled(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(GOES_ON)
    job_id = backend.start(order, silent).job_id
    said: list[str] = []
    assert backend.start(order, said.append).status in {"queued", "running"}
    assert said == [f"This job is running already: {job_id}"]
    pid = folder_of(backend, job_id).pid()
    assert backend.cancel(job_id).status == "cancelled"
    assert backend.cancel(job_id).status == "cancelled"
    assert _trainer_process.exit_code_of(folder_of(backend, job_id)) == -signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


def test_one_that_does_not_want_to_stop_is_made_to(
    backend: LocalBackend,
    order: Order,
    trainer: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_trainer_process, "_STOP_TIMEOUT", 0.2)
    trainer(IS_STUBBORN)
    job_id = backend.start(order, silent).job_id
    job = folder_of(backend, job_id)
    until(lambda: any(told["kind"] == "ready" for told in job.read_events()))
    assert backend.cancel(job_id).status == "cancelled"
    assert _trainer_process.exit_code_of(job) == -signal.SIGKILL


def test_a_trainer_that_ends_just_before_it_is_stopped_is_no_error(
    backend: LocalBackend,
    order: Order,
    trainer: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_macos(pid: int, number: int) -> None:
        os.kill(pid, number)
        raise PermissionError(1, "Operation not permitted")

    trainer(GOES_ON)
    job_id = backend.start(order, silent).job_id
    monkeypatch.setattr(os, "killpg", on_macos)
    assert backend.cancel(job_id).status == "cancelled"


def test_cancelling_never_touches_another_process(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(DIES)
    job_id = backend.start(order, silent).job_id
    ended(backend, job_id)
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)  # noqa: S607
    folder_of(backend, job_id).lock.write_text(str(bystander.pid))
    assert backend.cancel(job_id).status == "failed"
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_trainer_that_died_is_a_failure_that_says_what_to_do(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(DIES)
    job_id = backend.start(order, silent).job_id
    state = ended(backend, job_id)
    assert state.error_code == "trainer_died"
    until(lambda: "(exit code -9)" in str(backend.retrieve(job_id).detail))
    error = failure(state)
    assert "resume=True" in str(error)
    assert error.code == "trainer_died"


def test_what_the_trainer_says_of_its_failure_is_the_jobs(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(FAILS)
    state = ended(backend, backend.start(order, silent).job_id)
    assert (state.status, state.error_code) == ("failed", "model_unusable")
    event = backend.events(state.job_id, None)[-1]
    assert (event.level, event.message) == ("error", "No.")


def test_resuming_goes_on_from_the_latest_checkpoint(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(DIES)
    job_id = backend.start(order, silent).job_id
    ended(backend, job_id)
    (checkpoint,) = backend.checkpoints(job_id)
    assert checkpoint.step == 5
    # The validation loss of step 1 is another model's.
    assert checkpoint.metrics == {"train_loss": 2.0}
    trainer(ENDS)
    said: list[str] = []
    again = local_backend(backend.folder, resume=True)
    again.start(order, said.append)
    assert ended(again, job_id).status == "succeeded"
    assert said == ["Going on from the checkpoint at step 5"]
    config = json.loads(folder_of(backend, job_id).config.read_text())
    assert config["begin_at"] == 5
    assert config["begin_with"] == str(Path(checkpoint.model) / WEIGHTS)
    assert config["attempt"] == 1
    again.forget(again.retrieve(job_id))
    assert again.checkpoints(job_id) == []


def test_without_resuming_it_begins_afresh(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(DIES)
    job_id = backend.start(order, silent).job_id
    ended(backend, job_id)
    before = {event.id for event in backend.events(job_id, None)}
    trainer(ENDS)
    backend.start(order, silent)
    assert ended(backend, job_id).status == "succeeded"
    assert backend.checkpoints(job_id) == []
    assert not before & {event.id for event in backend.events(job_id, None)}


def test_there_is_no_job_without_its_folder(backend: LocalBackend) -> None:
    with pytest.raises(FineTuningError) as caught:
        backend.retrieve("local-x")
    assert caught.value.code == "not_found"


def test_a_job_that_has_no_model_yet_cannot_be_talked_to(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(FAILS)
    state = ended(backend, backend.start(order, silent).job_id)
    with pytest.raises(FineTuningError) as caught:
        backend.chat_model(state)
    assert caught.value.code == "no_model"


def test_it_is_said_that_tracing_sends_away_what_stays(
    backend: LocalBackend, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def serve(model: str, adapters: Path, **kwargs: Any) -> str:
        asked.update(model=model, adapters=adapters, **kwargs)
        return "a chat model"

    monkeypatch.setattr(_backend, "local_chat_model", serve)
    monkeypatch.setattr("langsmith.utils.tracing_is_enabled", lambda: True)
    state = ended(backend, backend.start(order, silent).job_id)
    with pytest.warns(UserWarning, match="LANGSMITH_TRACING"):
        made: object = backend.chat_model(state, model="checkpoint", temperature=1)
    assert made == "a chat model"
    assert asked["adapters"] == Path("checkpoint")
    assert asked["temperature"] == 1


def test_only_supervised_training_is_known(backend: LocalBackend, order: Order) -> None:

    with pytest.raises(FineTuningError, match="supervised"):
        backend.start(replace(order, method="dpo"), silent)


def test_where_mlx_is_not_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_requirements, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[mlx\]"):
        local_backend(".")


@pytest.mark.parametrize(
    ("system", "machine"), [("win32", "AMD64"), ("darwin", "x86_64")]
)
def test_where_mlx_cannot_be_other_trainers_are_named(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(FineTuningError, match='sink="trl"') as caught:
        local_backend(".")
    assert caught.value.code == "unsupported_platform"


def test_a_trainer_that_goes_on_is_left_alone_without_complaint(
    backend: LocalBackend, order: Order, trainer: Callable[[str], None]
) -> None:
    trainer(GOES_ON)
    job_id = backend.start(order, silent).job_id
    child = _trainer_process._children[folder_of(backend, job_id).path.resolve()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _trainer_process._leave_running()
        child.__del__()
    assert folder_of(backend, job_id).is_running()
    backend.cancel(job_id)
    os.waitpid(child.pid, 0)


EXAMPLE = {
    "messages": [
        {"role": "user", "content": "Slow?"},
        {"role": "assistant", "content": "And steady."},
    ]
}


@pytest.fixture
def train(tmp_path: Path) -> Path:
    write_empty_model(tmp_path / "model")
    path = tmp_path / "some.jsonl"
    path.write_text(f"{json.dumps(EXAMPLE)}\n" * 10)
    return path


def begin(train: Path, **settings: Any) -> Any:
    return fine_tune(
        train,
        provider="local",
        confirm=True,
        progress=False,
        **{"model": str(train.parent / "model"), **settings},
    )


@pytest.mark.usefixtures("trainer")
def test_one_comes_back_to_a_job_by_its_folder(train: Path) -> None:
    job = begin(train, rank=2).wait(progress=False)
    assert job.status == "succeeded"
    again = attach(Path(job.fine_tuned_model).parent)
    assert (again.job_id, again.provider) == (job.job_id, "local")
    assert [metric.train_loss for metric in again.metrics()] == [3.0]


@pytest.mark.usefixtures("trainer")
def test_a_models_folder_is_one_model_however_it_is_written(
    train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = train.parent / "model"
    (train.parent / "link").symlink_to(folder)
    monkeypatch.chdir(train.parent)
    monkeypatch.setenv("HOME", str(train.parent))
    ways = (
        "model",
        "./model/",
        "model/../model",
        "link",
        "~/model",
        f"{folder}/",
        folder,
    )
    job = begin(train).wait(progress=False)
    for way in ways:
        assert begin(train, model=way).job_id == job.job_id, way
    (folder / "config.json").write_text('{"model_type": "llama", "changed": 1}')
    assert begin(train, model="model").job_id != job.job_id


@pytest.mark.usefixtures("trainer")
@pytest.mark.parametrize("name", ["mkdir", "stat"])
def test_what_cannot_be_written_or_read_is_named(
    name: str, train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another user's folders and files are; for root, none is."""
    real = getattr(Path, name)

    def refuse(self: Path, *given: Any, **options: Any) -> Any:
        if self.name.startswith("local-") or self.name == "config.json":
            raise PermissionError(13, "Permission denied")
        return real(self, *given, **options)

    monkeypatch.setattr(Path, name, refuse)
    code, what = {
        "mkdir": ("folder_not_writable", "beside the training file"),
        "stat": ("model_unusable", "config.json cannot be read"),
    }[name]
    with pytest.raises(FineTuningError, match=what) as caught:
        begin(train)
    assert caught.value.code == code


@pytest.mark.usefixtures("trainer")
def test_a_jobs_folder_alone_is_not_enough(train: Path) -> None:
    job = begin(train).wait(progress=False)
    (train.parent / "some.finetuning.json").unlink()
    with pytest.raises(FineTuningError):
        attach(Path(job.fine_tuned_model).parent)


def test_a_job_that_failed_goes_on_when_told_to(
    train: Path, trainer: Callable[[str], None]
) -> None:
    trainer(DIES)
    with pytest.raises(FineTuningError, match="resume=True"):
        begin(train).wait(progress=False)
    trainer(ENDS)
    job = begin(train, resume=True).wait(progress=False)
    assert [event.step for event in job.events() if event.step] == [1, 1, 5, 1, 1]


@pytest.mark.usefixtures("trainer")
def test_unknown_options_are_refused_before_anything_is_started(train: Path) -> None:
    with pytest.raises(FineTuningError, match="lora_r") as caught:
        begin(train, lora_r=8)
    assert "rank" in str(caught.value)


@pytest.mark.usefixtures("trainer")
def test_the_plan_says_what_is_downloaded(train: Path) -> None:
    plans: list[str] = []

    def refuse(plan: object) -> bool:
        plans.append(str(plan))
        return False

    with pytest.raises(FineTuningError, match="Not confirmed"):
        fine_tune(train, provider="local", confirm=refuse, progress=False)
    assert "Nothing leaves this computer" in plans[0]
    assert "downloaded from the Hugging Face hub" in plans[0]
