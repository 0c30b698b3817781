"""Local training for real: the example is run, with every look-up and connection noted.

One run serves all tests: mlx-lm on the processor, with a tiny model made on the spot.
Where the system lets us, the run has no network at all but its own loopback.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.output_parsers import StrOutputParser

from langchain_imessage.datasets import read_dataset
from langchain_imessage.finetuning import attach
from langchain_imessage.finetuning.local.processes._model_server import (
    server_of,
    stop_servers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.finetuning import Job

pytestmark = pytest.mark.skipif(
    not (find_spec("mlx") and find_spec("mlx_lm")),
    reason="mlx-lm (extra mlx) is not installed",
)

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "local.py"

NOTING = """
import os, sys
def note(*words):
    file = os.open(os.environ["NOTES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, (" ".join(map(str, words)) + "\\n").encode())
    os.close(file)
def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = arguments[1]
        inet = isinstance(address, tuple)
        note(event, address[0] if inet else "unix")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        note(event, arguments[0])
    elif event == "socket.gethostname":
        note(event, "own")
sys.addaudithook(hook)
note("process", " ".join(" ".join(sys.orig_argv).split()))
"""
"""A sitecustomize: whatever Python starts below, notes whom it wants to talk to."""

ISOLATED = """
import fcntl, os, socket, struct, sys
with socket.socket() as one:
    up = struct.pack("16sH", b"lo", 1)
    fcntl.ioctl(one, 0x8914, up)  # SIOCSIFFLAGS: bring loopback up
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def isolated() -> list[str]:
    """Give the words that start Python without any network, where that can be had."""
    words = ["unshare", "-rn", sys.executable, "-c", ISOLATED]
    if (
        shutil.which("unshare")
        and not subprocess.run(
            [*words, "-c", ""], check=False, capture_output=True
        ).returncode
    ):
        return words
    return [sys.executable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the example did."""

    printed: str
    notes: list[list[str]]
    folder: Path

    @property
    def job_folder(self) -> Path:
        (found,) = (self.folder / "dataset").glob("local-*")
        return found

    @property
    def words(self) -> set[str]:
        """What was said in the dataset, without words too short to be anybody's."""
        dataset = read_dataset(self.folder / "dataset")
        paths = [path for path in (dataset.train, dataset.validation) if path]
        lines = [line for path in paths for line in path.read_text().splitlines()]
        turns = [turn for line in lines for turn in json.loads(line)["messages"]]
        contents = {turn["content"] for turn in turns if turn["role"] != "system"}
        return {content for content in contents if len(content) > 10}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the example once."""
    here = tmp_path_factory.mktemp("local")
    (here / "site").mkdir()
    (here / "site" / "sitecustomize.py").write_text(NOTING)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(here / "site"), str(ROOT / "src")]),
        "NOTES": str(here / "notes"),
        "TMPDIR": str(here),
        "OPENAI_LOG": "debug",
    }
    done = subprocess.run(
        [*isolated(), str(EXAMPLE), "--tiny"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = here.glob("langchain-imessage-local-*")
    notes = [line.split(" ", 1) for line in (here / "notes").read_text().splitlines()]
    return Run(printed=done.stdout, notes=notes, folder=folder)


@pytest.fixture
def job(run: Run) -> Iterator[Job]:
    """Come back to the job, as another process would."""
    yield attach(run.job_folder)
    stop_servers()


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_the_loss_goes_down(job: Job) -> None:
    losses = [m.train_loss for m in job.metrics() if m.train_loss is not None]
    assert job.status == "succeeded"
    assert len(losses) == 80
    assert sum(losses[-10:]) < sum(losses[:10]) / 2


def test_the_example_prints_a_streamed_answer(run: Run) -> None:
    asked, answer = run.printed.split("I overslept.\n  > ")
    assert "Trained in" in asked
    assert answer.splitlines()[0].strip()


def test_nobody_is_asked_or_connected_to_but_this_computer(run: Run) -> None:
    processes = " ".join(what for kind, what in run.notes if kind == "process")
    for name in (EXAMPLE.name, "_trainer_main", "_server_main"):
        assert name in processes
    addresses = {(kind, what) for kind, what in run.notes if kind != "process"}
    assert ("socket.connect", "127.0.0.1") in addresses
    assert ("socket.bind", "127.0.0.1") in addresses
    assert {what for _, what in addresses} <= {"127.0.0.1", "::1", "unix"}


def test_what_was_learned_lies_with_the_manifest_for_its_owner_only(run: Run) -> None:
    adapters = run.job_folder / "adapters"
    assert {path.name for path in adapters.iterdir()} == {
        "adapters.safetensors",
        "adapter_config.json",
        "manifest.json",
    }
    manifest = (run.folder / "dataset" / "manifest.json").read_text()
    assert (adapters / "manifest.json").read_text() == manifest
    for path in run.job_folder.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name


def test_no_words_of_the_dataset_are_in_what_the_job_writes(run: Run) -> None:
    files = [path for path in run.job_folder.rglob("*") if path.is_file()]
    files.append(run.folder / "dataset" / "finetuning.json")
    assert len(run.words) > 20
    for path in files:
        content = path.read_bytes()
        assert not [word for word in run.words if word.encode() in content], path.name


def test_the_chain_streams_batches_and_runs_async_past_a_proxy(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    model = job.chat_model(temperature=0, max_tokens=20)
    chain = job.prompt_template() | model | StrOutputParser()
    streamed = "".join(chain.stream({"input": "I overslept."}))
    assert streamed
    assert chain.batch([{"input": "I overslept."}] * 2) == [streamed] * 2
    assert asyncio.run(chain.ainvoke({"input": "I overslept."})) == streamed


def test_one_server_serves_a_model_and_others_its_checkpoints(
    job: Job, run: Run
) -> None:
    first = job.checkpoints()[0]
    assert first.metrics["train_loss"] > job.checkpoints()[-1].metrics["train_loss"]
    served = job.chat_model(max_tokens=3)
    again = job.chat_model(max_tokens=3)
    early = job.chat_model(model=first.model, max_tokens=3)
    assert served.openai_api_base == again.openai_api_base != early.openai_api_base
    assert early.invoke("I overslept.").response_metadata["model_name"]
    adapters = run.job_folder / "adapters"
    log = run.job_folder / "server.log"
    server = server_of(job.model, adapters, log=log)
    stop_servers()
    assert not server.is_alive


CLIENT = """
import sys
from langchain_imessage.finetuning import fine_tune
job = fine_tune(
    sys.argv[1], provider="local", model=sys.argv[2], confirm=True, progress=False,
    resume=len(sys.argv) > 3, iters=3000, save_every=10, learning_rate=3e-4, rank=16,
)
print(job.job_id, flush=True)
job.wait(progress=False)
"""


def client(run: Run, *more: str) -> subprocess.Popen[str]:
    """Start somebody who starts a long training and waits."""
    arguments = [str(run.folder / "dataset"), str(run.folder / "tiny"), *more]
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )


def steps(job: Job) -> list[int]:
    return [event.step for event in job.events() if event.step is not None]


def test_training_outlives_its_client_is_cancelled_and_goes_on(run: Run) -> None:
    with client(run) as first:
        assert first.stdout is not None
        job_id = first.stdout.readline().strip()
        folder = run.folder / "dataset" / job_id
        until(lambda: attach(folder).checkpoints())
        first.send_signal(signal.SIGKILL)
    job = attach(folder)
    seen = max(steps(job))
    until(lambda: max(steps(job)) > seen + 5)
    assert job.refresh().status == "running"
    assert job.cancel().status == "cancelled"
    before = job.checkpoints()[-1]
    with client(run, "resume") as second:
        until(lambda: job.checkpoints()[-1].step > before.step)
        second.send_signal(signal.SIGKILL)
    job.cancel()
    kept = [checkpoint.step for checkpoint in job.checkpoints()]
    assert kept == list(range(10, kept[-1] + 1, 10))
    assert steps(job)[-1] >= kept[-1] > before.step
    after = job.checkpoints()[-1]
    assert (
        after.metrics["train_loss"] < job.checkpoints()[0].metrics["train_loss"] - 0.5
    )
