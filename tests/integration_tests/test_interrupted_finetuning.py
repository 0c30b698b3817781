"""`finetune` that is killed, cut off or out of disk at each step: one job, one upload, no key.

The commands run in processes of their own, against a server that a relay stands before. At
each of its requests, and at each time the state file is written, something goes wrong once;
then the same command is given again. What counts is what the server has in the end. `make stress`
tries each moment of each request, and not one of each.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("openai")
from training_relay import MOMENTS, Relay, Trouble
from warm_commands import WarmCommands

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from warm_commands import Running

pytestmark = [pytest.mark.slow, pytest.mark.untraced]

ROW = {
    "messages": [
        {"role": "user", "content": "Slow?"},
        {"role": "assistant", "content": "And steady."},
    ]
}
HOUR = 3_600.0
EACH_MOMENT = os.environ.get("LANGCHAIN_IMESSAGE_MOMENTS") == "all"
FULL_DISK = """
import contextlib, errno, os, signal
from langchain_imessage.finetuning.state import _state_file as module
replacing, left = module.replacing, [{number}]
@contextlib.contextmanager
def failing(path):
    left[0] -= 1
    with replacing(path) as file:
        if left[0] < 0:
            file.write("[")
            file.flush()
            {act}
        yield file
module.replacing = failing
"""
NO_SPACE = "raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))"
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
IN_PARTS = """
import functools
from langchain_imessage.finetuning import _backends as module
module.HostedBackend = functools.partial(module.HostedBackend, part=600)
"""


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmCommands]:
    """Start what starts commands."""
    environment = {"OPENAI_API_KEY": "sk-environment", "OPENAI_ORG_ID": "org-secret"}
    with WarmCommands(tmp_path_factory.mktemp("logs"), environment) as commands:
        yield commands


@pytest.fixture(scope="module")
def stranger() -> Iterator[Relay]:
    """Start what must get nothing: where a proxy of the environment would be."""
    with Relay() as relay:
        yield relay
        assert relay.arrived == []


@dataclass(kw_only=True)
class Case:
    """A dataset, a server for it, and the command that trains there."""

    commands: WarmCommands
    stranger: Relay
    server: FineTuningServer
    relay: Relay
    train: Path
    first: str = ""
    options: tuple[str, ...] = ()
    codes: list[int] = field(default_factory=list)

    def start(self, first: str = "") -> Running:
        """Start the command."""
        proxy = f"http://127.0.0.1:{self.stranger.server_port}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy")
        return self.commands.start(
            *("finetune", self.train, "--yes", "--no-wait"),
            *("--base-url", self.relay.base_url, *self.options),
            first=self.first + first,
            environment={**dict.fromkeys(names, proxy), "HOME": str(self.train.parent)},
        )

    def run(self, first: str = "") -> Running:
        """Run the command to its end."""
        running = self.start(first)
        self.codes.append(running.wait())
        return running

    def run_with(self, number: int, moment: str, signal_number: int | None) -> None:
        """Run the command, with something that goes wrong at one of its requests."""
        self._run_into(signal_number, number=number, moment=moment)

    def run_until(self, line: str) -> None:
        """Run the command until a request is obeyed, and kill it before the answer."""
        self._run_into(signal.SIGKILL, line=line, moment="done")

    def _run_into(self, signal_number: int | None, **trouble: Any) -> None:
        started, running = threading.Event(), None

        def act() -> None:
            started.wait(60)
            if signal_number is not None and running is not None:
                os.kill(running.pid, signal_number)

        self.relay.trouble = Trouble(act=act, **trouble)
        running = self.start()
        started.set()
        self.codes.append(running.wait())
        self.relay.trouble = None

    def outcome(self) -> dict[str, Any]:
        """Return what there is now, at the server and in the state file."""
        state = json.loads((self.train.parent / "mine.finetuning.json").read_text())
        made = self._listed("/fine_tuning/jobs")
        return {
            "jobs": len(made),
            "files": len(self._listed("/files?purpose=fine-tune")),
            "recorded": [job["job_id"] for job in state["jobs"]] == made,
            "keys": {key for each in self.relay.arrived for key in each.keys},
            "halves": [path.name for path in self.train.parent.glob(".*.part")],
        }

    def _listed(self, path: str) -> list[str]:
        request = urllib.request.Request(  # noqa: S310 - a server of ours
            f"{self.server.base_url}{path}", headers={"Authorization": "Bearer any"}
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request) as answer:
            return [each["id"] for each in json.load(answer)["data"]]


RIGHT = {
    "jobs": 1,
    "files": 1,
    "recorded": True,
    "keys": {"Bearer not-needed"},
    "halves": [],
}


@pytest.fixture
def cases(
    commands: WarmCommands, stranger: Relay, tmp_path: Path
) -> Iterator[Callable[..., Case]]:
    """Make cases, one after another."""
    opened: list[Any] = []

    def close() -> None:
        while opened:
            opened.pop().__exit__(None, None, None)

    def make(*, clock_off: float = 0.0, **named: Any) -> Case:
        close()
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        train = folder / "mine.jsonl"
        train.write_text(f"{json.dumps(ROW)}\n" * 12)
        opened.append(server := FineTuningServer(job_polls=0, file_polls=0).start())
        opened.append(relay := Relay(server.base_url, clock_off=clock_off).__enter__())
        given = {"server": server, "relay": relay, "train": train, **named}
        return Case(commands=commands, stranger=stranger, **given)

    yield make
    close()


def _moments(line: str, number: int) -> tuple[str, ...]:
    found = tuple(m for m in MOMENTS if m != "midway" or line.startswith("POST"))
    if EACH_MOMENT:
        return found
    if line in {"POST /files", "POST /fine_tuning/jobs"}:
        return "done", found[number % 2]
    return (found[number % len(found)],) if "POST" in line or number == 0 else ()


@pytest.mark.parametrize(
    ("fault", "first"), [("SIGKILL", ""), ("SIGTERM", IN_PARTS), ("a cut", "")]
)
def test_what_breaks_off_at_any_request_goes_on(
    fault: str, first: str, cases: Callable[..., Case]
) -> None:
    clean = cases(first=first)
    clean.run()
    wrong = {}
    lines = clean.relay.lines
    last = lines.index("POST /fine_tuning/jobs") + 1
    for number, line in enumerate(lines[: None if EACH_MOMENT else last]):
        if not EACH_MOMENT and line in lines[:number]:
            continue  # another part of the same file
        for moment in _moments(line, number):
            case = cases(first=first)
            case.run_with(number, moment, getattr(signal, fault, None))
            if case.codes != [0]:
                case.run()
            if (found := case.outcome()) != RIGHT or case.codes[-1] != 0:
                wrong[line, moment] = case.codes, found
    assert wrong == {}


@pytest.mark.parametrize("act", [NO_SPACE, KILL], ids=["full disk", "killed"])
def test_a_state_file_that_cannot_be_written_starts_nothing_twice(
    act: str, cases: Callable[..., Case]
) -> None:
    wrong: dict[int, Any] = {}
    step = 1 if EACH_MOMENT else 2
    number = 0 if EACH_MOMENT or act == NO_SPACE else 1
    while number < 20:
        case = cases()
        case.run(FULL_DISK.format(number=number, act=act))
        if case.codes == [0]:
            break  # it is written less often
        case.run()
        found = case.outcome()
        if act == KILL:
            found["halves"] = []  # of mode 0600, and in nobody's way
        if found != RIGHT or case.codes[1] != 0:
            wrong[number] = case.codes, found
        number += step
    assert 3 <= number < 20
    assert wrong == {}


@pytest.mark.parametrize("clock_off", [-HOUR, HOUR])
def test_a_clock_that_is_off_starts_nothing_twice(
    clock_off: float, cases: Callable[..., Case]
) -> None:
    case = cases(clock_off=clock_off, options=("--expires-after", "2d"))
    for line in ("POST /files", "POST /fine_tuning/jobs"):
        case.run_until(line)
    case.run()
    assert case.outcome() == RIGHT
    assert case.codes == [-signal.SIGKILL, -signal.SIGKILL, 0]


@pytest.mark.parametrize("line", ["POST /files", "POST /fine_tuning/jobs"])
def test_four_commands_after_one_that_was_killed_start_one_job(
    line: str, cases: Callable[..., Case]
) -> None:
    case = cases()
    case.run_until(line)
    four = [case.start() for _ in range(4)]
    assert [each.wait() for each in four] == [0] * 4, four[0].printed
    assert case.outcome() == RIGHT
