"""Following a job: what is shown, what is survived, when it stops, how to come back."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import Pace, afine_tune, attach
from langchain_imessage.finetuning.following._progress import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning._types import Event
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")


def test_waits_rise_from_five_seconds_to_a_minute(
    begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    server.play("odd_status", times=10)
    job = begin()
    flying.slept.clear()
    job.wait(progress=False)
    assert flying.slept[:3] == [5, 7.5, 11.25]
    assert flying.slept[-1] == 60


def test_a_status_nobody_knows_is_not_the_end(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    server.play("odd_status", times=2, status="resting")
    said: list[str] = []
    assert begin().wait(progress=said.append).status == "succeeded"
    assert any("status resting" in line for line in said)


def test_losses_are_shown_as_they_come(begin: Callable[..., Job]) -> None:
    said: list[str] = []
    job = begin()
    job.wait(progress=said.append)
    assert said[0] == f"{job.job_id}: Checking job status"
    assert any("training, step " in line and "loss " in line for line in said)
    assert said[-1].startswith(f"{job.job_id}: succeeded")


def test_the_first_line_comes_before_the_first_question(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin()
    asked: list[int] = []
    job.wait(progress=lambda _: asked.append(len(server.requests)))
    assert asked[0] < asked[1]


def test_no_event_is_told_twice(begin: Callable[..., Job], train: Path) -> None:
    job = begin()
    seen: list[Event] = []
    for _ in range(3):
        seen += job._watcher.check()[1]
    later = attach(train.parent / "Ann and Bob.finetuning.json")
    while later.status != "succeeded":
        seen += later._watcher.check()[1]
    assert [e.id for e in seen] == [e.id for e in later.events()]


def test_faults_of_the_network_are_survived_and_said(
    begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    job = begin()
    server.play("lost_answer", on="GET /fine_tuning", times=2)
    server.play(
        "rate_limit", on=f"GET /fine_tuning/jobs/{job.job_id}/e", retry_after=99
    )
    said: list[str] = []
    flying.slept.clear()
    assert job.wait(progress=said.append).status == "succeeded"
    assert sum("The job goes on; trying again" in line for line in said) == 3
    assert 99 in flying.slept


def test_following_is_given_up_after_an_hour_without_an_answer(
    begin: Callable[..., Job], server: FineTuningServer, flying: Time
) -> None:
    job = begin()
    server.play("server_error", times=999, on="GET /fine_tuning")
    flying.slept.clear()
    with pytest.raises(FineTuningError, match="has a fault"):
        job.wait(progress=False)
    assert 3000 < sum(flying.slept) < 4000


def test_a_key_that_is_revoked_ends_following(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin()
    server.play("closed", on="GET /fine_tuning")
    with pytest.raises(FineTuningError) as raised:
        job.wait(progress=False)
    assert raised.value.code == "not_allowed"


def test_time_that_is_up_leaves_the_job_running(begin: Callable[..., Job]) -> None:
    job = begin()
    with pytest.raises(FineTuningError, match="goes on") as raised:
        job.wait(progress=False, timeout=10)
    assert raised.value.code == "timeout"
    assert "attach(" in str(raised.value)
    assert job.wait(progress=False).status == "succeeded"


def test_ctrl_c_leaves_the_job_running_and_says_how_to_come_back(
    begin: Callable[..., Job],
    server: FineTuningServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    job = begin()
    object.__setattr__(job._context.pace, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        job.wait()
    assert not [r for r in server.requests if r.path.endswith("cancel")]
    said = capsys.readouterr().err
    assert f"attach('{job.job_id}', state=" in said
    line = next(part for part in said.split("\n") if "attach(" in part)
    call = line[line.index("attach(") : line.index("; to stop")]
    assert "; to stop it: cancel() or `langchain-imessage cancel`" in line
    again = eval(call, {"attach": attach})  # noqa: S307 - what it tells the user to type
    assert again.job_id == job.job_id


def test_a_cancelled_await_leaves_the_job_running(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin()

    waiting = asyncio.Event()

    async def forever(_: float) -> None:
        waiting.set()
        await asyncio.sleep(3600)

    object.__setattr__(job._context.pace, "asleep", forever)
    said: list[str] = []

    async def run() -> None:
        task = asyncio.create_task(job.await_done(progress=said.append))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert any("The job goes on" in line for line in said)
    assert not [r for r in server.requests if r.path.endswith("cancel")]


def test_a_cancelled_start_starts_no_job(train: Path, server: FineTuningServer) -> None:
    async def run() -> None:
        uploading = asyncio.Event()
        loop = asyncio.get_running_loop()

        def say(line: str) -> None:
            if line.startswith("Uploading"):
                loop.call_soon_threadsafe(uploading.set)
                asyncio.run_coroutine_threadsafe(cancelled.wait(), loop).result()

        cancelled = asyncio.Event()
        task = asyncio.create_task(
            afine_tune(
                train,
                base_url=server.base_url,
                confirm=True,
                progress=say,
                pace=Pace(first=0.01),
            )
        )
        await uploading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        cancelled.set()

    asyncio.run(run())
    assert "POST /fine_tuning/jobs" not in [r.line for r in server.requests]


def test_a_terminals_line_is_written_over() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    line = ProgressLine(stream=stream)
    for text in ("longer", "short", "short"):
        line.say(text)
    line.end("end")
    line.end()
    assert stream.getvalue() == "\rlonger\rshort \rend  \n"


def test_elsewhere_each_line_is_one() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream=stream)
    for text in ("one [0:01]", "one [0:03]", "two [0:05]"):
        line.say(text)
    line.end()
    assert stream.getvalue() == "one [0:01]\ntwo [0:05]\n"


def test_in_a_notebook_it_goes_where_output_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Shell:
        kernel: Any = object()

        @classmethod
        def get_ipython(cls) -> Any:
            return cls

    monkeypatch.setitem(__import__("sys").modules, "IPython", Shell)
    line = ProgressLine()
    line.say("one")
    line.end()
    assert capsys.readouterr().out == "\rone\n"


def test_nothing_is_shown_where_nobody_asked() -> None:
    stream = io.StringIO()
    ProgressLine(progress=False, stream=stream).say("one")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("kind", ["closed", "server_error", "lost_answer"])
def test_a_job_is_followed_by_its_status_where_events_cannot_be_listed(
    kind: Any, begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin()
    server.play(kind, times=999, on=f"GET /fine_tuning/jobs/{job.job_id}/events")
    assert job.wait(progress=False).status == "succeeded"
