"""What mlx-lm is given to learn, and what the trainer tells of it."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import sys
from array import array
from dataclasses import replace
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning import write_tiny_model
from langchain_imessage.finetuning.local._config import TrainingConfig
from langchain_imessage.finetuning.local._examples import conversations
from langchain_imessage.finetuning.local._job_dir import WEIGHTS, JobFolder
from langchain_imessage.finetuning.local._job_status import checkpoints_of
from langchain_imessage.finetuning.local.worker import _trainer_main
from langchain_imessage.finetuning.local.worker._batches import (
    own_turn_loss,
    shuffled_batches,
)
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._encoding import EncodedRow, encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("mlx") and find_spec("mlx_lm")),
        reason="mlx-lm (extra mlx) is not installed",
    ),
]

TALKS = [
    [
        ("system", "You are a tortoise."),
        ("user", "Speed is key!"),
        ("assistant", "A balanced approach is more reliable."),
        ("user", "Hm. 🐇\nIs there a shorter answer?"),
        ("assistant", "Keep going.\nI do."),
    ],
    [("user", "I overslept."), ("assistant", "By how much?")],
    [
        ("user", "New shoes!"),
        ("assistant", "What is wrong with your feet?"),
        ("user", "They were last year's."),
        ("assistant", "Mine are from the last century, and broken in at last."),
    ],
]
OWN = [text for talk in TALKS for role, text in talk if role == "assistant"]


def row(talk: list[tuple[str, str]]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for role, text in talk]}


@pytest.fixture(scope="module")
def mlx() -> Iterator[Any]:
    """Import mlx-lm, which lowers the number of files the whole process may open."""
    import resource  # noqa: PLC0415 - Windows has none

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield importlib.import_module("mlx_lm")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    soft = limits[0] if hard == resource.RLIM_INFINITY else min(limits[0], hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the talks and a tiny model."""
    folder = tmp_path_factory.mktemp("mlx")
    lines = [json.dumps(row(talk)) + "\n" for talk in TALKS]
    (folder / "train.jsonl").write_text("".join(lines))
    write_tiny_model(folder / "tiny", [text for talk in TALKS for _, text in talk])
    return folder


@pytest.fixture(scope="module")
def tiny(mlx: Any, folder: Path) -> tuple[Any, Any]:
    """Load the tiny model and its tokenizer."""
    model, tokenizer = mlx.load(str(folder / "tiny"))
    return model, tokenizer


@pytest.fixture(scope="module")
def rows(tiny: tuple[Any, Any], folder: Path) -> list[EncodedRow]:
    """Encode the talks, as the trainer does."""
    chat = ChatTokens(tiny[1])
    talks = conversations(folder / "train.jsonl", last_only=False)
    return [one for talk in talks for one in encode(talk, chat, longest=2048)]


def learned(batch: Any, mask: Any) -> list[list[int]]:
    """Return the tokens of each row of a batch that count in the loss."""
    return [
        [token for token, counts in zip(tokens, row, strict=True) if counts]
        for tokens, row in zip(batch.tolist(), mask.tolist(), strict=True)
    ]


def test_what_mlx_lm_learns_is_exactly_the_own_turns_with_their_ends(
    tiny: tuple[Any, Any],
    rows: list[EncodedRow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not a word of the other, nor of the system message, nor of the padding."""
    trainer = importlib.import_module("mlx_lm.tuner.trainer")
    model, tokenizer = tiny
    seen: list[str] = []

    def look(model: Any, batch: Any, mask: Any) -> Any:
        seen.extend(tokenizer.decode(tokens) for tokens in learned(batch, mask))
        return own_turn_loss(model, batch, mask)

    monkeypatch.setattr("builtins.print", lambda *_, **__: None)
    loss = trainer.evaluate(
        model,
        rows,
        batch_size=2,
        num_batches=-1,
        loss=look,
        iterate_batches=shuffled_batches(0),
    )
    assert loss > 0
    ended = "".join(sorted(seen))
    assert ended == "".join(sorted(_own(talk) for talk in TALKS))


def _own(talk: list[tuple[str, str]]) -> str:
    return "".join(f"{text}<|im_end|>" for role, text in talk if role == "assistant")


def test_the_loss_is_that_of_the_learned_tokens_only(rows: list[EncodedRow]) -> None:
    mx = importlib.import_module("mlx.core")
    ((batch, mask),) = shuffled_batches(0)(rows[:2], 2)

    def surely(tokens: Any) -> Any:
        """Predict what comes next where it is learned, and nonsense elsewhere."""
        right = mx.where(mask[:, 1:] == 1, batch[:, 1:], 0)
        assert tokens.shape == right.shape
        places = mx.arange(512)[None, None]
        return mx.where(places == right[..., None], 100.0, 0.0)

    loss, tokens = own_turn_loss(surely, batch, mask)
    assert loss.item() == pytest.approx(0, abs=1e-4)
    assert tokens.item() == sum(one.learned for one in rows[:2])


def test_each_row_comes_once_in_an_epoch_whatever_the_batch_size() -> None:
    dataset = [
        EncodedRow(tokens=array("i", [number] * (number + 2)), spans=((1, 2),))
        for number in range(7)
    ]
    batches = shuffled_batches(1)(dataset, 3, loop=True)
    firsts: list[int] = []
    for _ in range(14):
        batch, _mask = next(batches)
        assert batch.shape[0] == 3
        firsts.extend(batch[:, 0].tolist())
    for begin in range(0, 42, 7):
        assert sorted(firsts[begin : begin + 7]) == list(range(7))
    assert firsts[:7] != firsts[7:14]


def test_what_is_held_out_comes_once_in_its_order_with_the_rest(
    rows: list[EncodedRow],
) -> None:
    sizes = [batch.shape[0] for batch, _ in shuffled_batches(0)(rows, 2)]
    assert sizes == [2, 1]


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "local-1")
    made.make()
    return made


def train(job: JobFolder, folder: Path, **figures: Any) -> int:
    figures = {"train": str(folder / "train.jsonl"), "iters": 4, "rank": 4, **figures}
    config = TrainingConfig(**{"model": str(folder / "tiny"), **figures})
    job.write(job.config, config.to_json())
    lock = job.try_lock()
    assert lock is not None
    try:
        return _trainer_main.main([str(job.path), str(lock)])
    finally:
        os.close(lock)


@pytest.mark.usefixtures("mlx")
def test_the_trainer_trains_tells_and_saves(job: JobFolder, folder: Path) -> None:
    held_out = str(folder / "train.jsonl")
    assert train(job, folder, validation=held_out, save_every=2) == 0
    assert job.lock.read_text() == str(os.getpid())
    told = list(job.read_events())
    statuses = [one["status"] for one in told if one["kind"] == "status"]
    assert statuses == ["validating_files", "running", "succeeded"]
    read = next(one for one in told if one["kind"] == "message")
    assert read["data"]["examples"] == len(OWN)
    assert read["data"]["rows"] == len(TALKS)
    steps = [one["step"] for one in told if one["kind"] == "checkpoint"]
    assert steps == [2, 4]
    assert {one["step"] for one in told if "valid_loss" in one.get("data", {})} >= {0}
    losses = [one["data"] for one in told if "train_loss" in one.get("data", {})]
    assert all(one["cpu_seconds"] > 0 for one in losses if "tokens_per_second" in one)
    config = json.loads((job.adapters / "adapter_config.json").read_text())
    assert config["num_layers"] == 2
    assert config["lora_parameters"] == {"rank": 4, "scale": 20.0, "dropout": 0.0}
    assert not list(job.path.rglob(".part*"))


@pytest.mark.usefixtures("mlx")
def test_the_trainer_goes_on_from_weights(job: JobFolder, folder: Path) -> None:
    assert train(job, folder, iters=2, save_every=1) == 0
    weights = str(job.checkpoints / "0000001" / "adapters.safetensors")
    job.events.unlink()
    assert train(job, folder, iters=3, begin_at=1, begin_with=weights) == 0
    steps = [one["step"] for one in job.read_events() if one["kind"] == "metrics"]
    assert steps == [2, 3]


@pytest.mark.usefixtures("mlx")
@pytest.mark.parametrize("step", [2, 3])
def test_a_resumed_run_ends_as_one_that_was_not_interrupted(
    step: int, job: JobFolder, folder: Path
) -> None:
    """The same batches, optimizer and random numbers, from the middle of an epoch."""
    figures = {"iters": 5, "save_every": 1, "batch_size": 2, "dropout": 0.2}
    assert train(job, folder, **figures) == 0
    whole, told = job.adapters / WEIGHTS, list(job.read_events())
    expected = whole.read_bytes()
    whole.unlink()
    job.events.unlink()
    weights = str(job.checkpoints / f"{step:07d}" / WEIGHTS)
    assert train(job, folder, **figures, begin_at=step, begin_with=weights) == 0
    again = list(job.read_events())
    assert losses_of(again) == losses_of(told)[step:]
    assert again[-1]["trained_tokens"] == told[-1]["trained_tokens"]
    assert whole.read_bytes() == expected


def losses_of(told: list[dict[str, Any]]) -> list[tuple[int, float]]:
    found = [one["data"] for one in told if one["kind"] == "metrics"]
    return [(data["step"], data["train_loss"]) for data in found]


@pytest.mark.usefixtures("mlx")
def test_a_checkpoint_without_an_optimizer_is_gone_on_from(
    job: JobFolder, folder: Path
) -> None:
    assert train(job, folder, iters=2, save_every=1) == 0
    checkpoint = job.checkpoints / "0000001"
    (checkpoint / "optimizer.safetensors").unlink()
    weights = str(checkpoint / WEIGHTS)
    assert train(job, folder, iters=2, begin_at=1, begin_with=weights) == 0


@pytest.mark.usefixtures("mlx")
@pytest.mark.parametrize(
    "failure",
    [
        (OSError(errno.ENOSPC, "secret"), 9_000_000, "disk_full"),
        (RuntimeError("secret"), 0, "disk_full"),
        (RuntimeError("secret"), 9_000_000, "training_error"),
    ],
)
def test_a_full_disk_is_told_and_leaves_no_part_of_a_checkpoint(
    failure: tuple[Exception, int, str],
    job: JobFolder,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error, free, code = failure
    core = importlib.import_module("mlx.core")
    save = core.save_safetensors

    def fill(path: str, *values: Any) -> None:
        save(path, *values)
        if "0000002" in path and "adapters" in path:
            raise error

    monkeypatch.setattr(core, "save_safetensors", fill)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert train(job, folder, iters=2, save_every=1) == 1
    assert failed(job)["code"] == code
    assert "secret" not in failed(job)["message"]
    assert [one.step for one in checkpoints_of(job)] == [1]
    assert not list(job.path.rglob(".part*"))


def failed(job: JobFolder) -> dict[str, Any]:
    last = list(job.read_events())[-1]
    assert last["status"] == "failed"
    return last


@pytest.mark.usefixtures("mlx")
@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"model": "."}, "model_unusable"),
        ({"train": "nowhere.jsonl"}, "unreadable_file"),
        ({"max_seq_length": 3}, "nothing_to_learn"),
        ({"num_layers": 1, "rank": -1}, "training_error"),
    ],
)
def test_each_failure_is_told_by_its_code_without_a_word_of_the_data(
    job: JobFolder,
    folder: Path,
    figures: dict[str, Any],
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert train(job, folder, **figures) == 1
    assert failed(job)["code"] == code
    printed = capsys.readouterr()
    for text in OWN:
        assert text not in printed.out + printed.err + job.events.read_text()


@pytest.mark.usefixtures("mlx")
@pytest.mark.parametrize("side", ["train", "validation"])
def test_a_file_that_changed_while_the_model_was_loaded_is_not_trained_on(
    job: JobFolder, folder: Path, side: str
) -> None:
    path = str(folder / "train.jsonl")
    other = {side: path, f"{side}_sha256": "of another file"}
    assert train(job, folder, **other) == 1
    assert failed(job)["code"] == "file_changed"


@pytest.mark.usefixtures("mlx")
def test_lines_that_are_no_json_are_not_quoted(
    job: JobFolder, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"messages": "A secret')
    assert train(job, folder, train=str(bad)) == 1
    assert failed(job)["code"] == "unreadable_file"
    printed = capsys.readouterr()
    assert "secret" not in printed.out + printed.err + job.events.read_text()


@pytest.mark.usefixtures("mlx")
def test_a_model_without_a_chat_template_is_refused(
    job: JobFolder, folder: Path, tmp_path: Path
) -> None:
    model = write_tiny_model(tmp_path / "model", OWN)
    path = model / "tokenizer_config.json"
    config = json.loads(path.read_text())
    del config["chat_template"]
    path.write_text(json.dumps(config))
    assert train(job, folder, model=str(model)) == 1
    assert failed(job)["code"] == "no_chat_template"


@pytest.mark.usefixtures("mlx")
def test_a_model_whose_template_refuses_the_examples_is_refused_as_such(
    job: JobFolder, folder: Path, tmp_path: Path
) -> None:
    model = write_tiny_model(tmp_path / "model", OWN)
    path = model / "tokenizer_config.json"
    template = "{{ raise_exception('System role not supported') }}"
    config = {**json.loads(path.read_text()), "chat_template": template}
    path.write_text(json.dumps(config))
    assert train(job, folder, model=str(model)) == 1
    assert failed(job)["code"] == "chat_template"


def test_without_the_extra_a_tiny_model_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingDependencyError, match=r"\[mlx\]"):
        write_tiny_model(tmp_path / "tiny", OWN)


def test_a_loss_that_is_no_number_ends_the_training(job: JobFolder) -> None:
    config = TrainingConfig(model="m", train="t")
    schedule: Any = SimpleNamespace(iters=4, save_every=4)
    follower = _trainer_main.TrainingCallback(
        folder=job, model=None, config=replace(config), schedule=schedule, layers=1
    )
    with pytest.raises(FineTuningError) as caught:
        follower.on_val_loss_report({"iteration": 0, "val_loss": float("nan")})
    assert caught.value.code == "loss_not_finite"


def test_the_same_texts_give_the_same_tiny_model(tmp_path: Path) -> None:
    one = write_tiny_model(tmp_path / "one", OWN)
    two = write_tiny_model(tmp_path / "two", OWN)
    other = write_tiny_model(tmp_path / "three", OWN, seed=1)
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    name = "model.safetensors"
    assert (one / name).read_bytes() != (other / name).read_bytes()
