"""Fixtures for training jobs: files to train on, a server to train at, time that flies."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.finetuning import Pace, fine_tune
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted._upload import Uploader
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_imessage.finetuning import Job

GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota")
SYSTEM = "You number {letters}."
"""With braces, as a template has them: it is to be taken literally."""


def rows(count: int = 12, *, system: str | None = SYSTEM) -> list[dict[str, Any]]:
    """Make examples whose answers can be told apart."""
    begin = [{"role": "system", "content": system}] if system else []
    names = [GREEK[n % len(GREEK)] + "!" * (n // len(GREEK)) for n in range(count)]
    return [
        {
            "messages": [
                *begin,
                {"role": "user", "content": f"Which letter is {name}?"},
                {"role": "assistant", "content": f"Number {number}.\nReally."},
            ]
        }
        for number, name in enumerate(names, 1)
    ]


def write_rows(path: Path, examples: list[dict[str, Any]]) -> Path:
    """Write examples as a JSONL file."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in examples), "utf-8")
    return path


class Time:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = time.time()
        self.slept: list[float] = []

    def clock(self) -> float:
        """Tell it."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.slept.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        """Let it pass."""
        self.sleep(seconds)

    def pace(self, **settings: Any) -> Pace:
        """Give a pace that goes by it."""
        return Pace(clock=self.clock, sleep=self.sleep, asleep=self.asleep, **settings)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def flying() -> Time:
    """Give time that flies."""
    return Time()


@pytest.fixture
def train(tmp_path: Path) -> Path:
    """Write a training file."""
    return write_rows(tmp_path / "Ann and Bob.jsonl", rows())


@pytest.fixture
def server(flying: Time) -> Iterator[FineTuningServer]:
    """Start a server."""
    with FineTuningServer(keep_bodies=True, clock=flying.clock) as server:
        yield server


@pytest.fixture
def lines(server: FineTuningServer) -> Callable[[str], int]:
    """Count the requests of a kind the server answered, or obeyed unanswered."""

    def count(line: str) -> int:
        return sum(
            request.line == line and request.status in {200, None}
            for request in server.requests
        )

    return count


@pytest.fixture
def begin(train: Path, server: FineTuningServer, flying: Time) -> Callable[..., Job]:
    """Start a job at the server, in silence."""

    def start(dataset: Any = train, **settings: Any) -> Job:
        given = {
            "base_url": server.base_url,
            "confirm": True,
            "progress": False,
            "pace": flying.pace(),
        }
        return fine_tune(dataset, **{**given, **settings})

    return start


@pytest.fixture
def uploader(
    server: FineTuningServer, flying: Time, tmp_path: Path
) -> Callable[..., Uploader]:
    """Make what uploads in parts of 1,000 bytes."""
    connection = connect("openai", base_url=server.base_url)

    def make(say: Callable[[str], None] = lambda _: None) -> Uploader:
        return Uploader(
            client=connection.client,
            base_url=connection.base_url,
            state=StateFile(tmp_path / "state.json"),
            pace=flying.pace(),
            say=say,
            part=1000,
        )

    return make


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Write a file of three parts."""
    path = tmp_path / "large.jsonl"
    path.write_bytes(bytes(range(256)) * 10)
    return path
