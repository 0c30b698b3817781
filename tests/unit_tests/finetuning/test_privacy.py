"""Keys and texts: nowhere in what a full run writes, with all debugging on."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("openai")
pytest.importorskip("langchain_openai")

pytestmark = pytest.mark.slow

RUN = """
import asyncio, logging, sys, traceback
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from langchain_imessage.finetuning import Pace, afine_tune, attach, fine_tune, jobs
train, base_url, folder = sys.argv[1:]
pace = Pace(first=0.01, longest=0.01, tries=2, faults=2)
settings = dict(base_url=base_url, pace=pace, confirm=lambda plan: not print(plan))
job = fine_tune(train, moderate=3, **settings).wait()
print(job, job.state, job.events(), job.metrics(), job.checkpoints(), jobs(folder))
chain = job.prompt_template() | job.chat_model()
print(repr(job.chat_model()))
words = chain.invoke({"input": "xylophone?"}).content
assert "marzipan" in words, "the model does not answer"
for piece in chain.stream({"input": "xylophone?"}):
    pass
async def again():
    other = await afine_tune(train, seed=5, **settings)
    await other.await_done()
asyncio.run(again())
for seed in (6, 7, 8):
    try:
        fine_tune(train, seed=seed, **settings).wait()
    except Exception as error:
        traceback.print_exc()
        print(repr(error))
try:
    fine_tune(sys.argv[0] and train + ".bad", **settings)
except Exception:
    traceback.print_exc()
"""


def test_neither_key_nor_text_is_in_anything_that_is_written(tmp_path: Path) -> None:
    line = (
        '{"messages": [{"role": "system", "content": "quixotic"}, '
        '{"role": "user", "content": "xylophone %d?"}, '
        '{"role": "assistant", "content": "marzipan %d"}]}\n'
    )
    train = tmp_path / "train.jsonl"
    train.write_text("".join(line % (n, n) for n in range(20)))
    bad = tmp_path / "train.jsonl.bad"
    bad.write_text('{"messages": [{"role": "user", "content": "marzipan"}]}\n' * 12)
    with FineTuningServer() as server:
        server.play("cut_upload", on="POST /files", after=50)
        server.play("server_error", on="POST /moderations")
        jobs = "POST /fine_tuning/jobs"
        script = [sys.executable, "-c", RUN, str(train), server.base_url, str(tmp_path)]
        environment = {
            **os.environ,
            "OPENAI_API_KEY": "sk-tangerine",
            "OPENAI_LOG": "debug",
        }
        process = subprocess.Popen(
            script,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = process.communicate(timeout=240)
        assert jobs in [request.line for request in server.requests]
    assert process.returncode == 0, err[-2000:]
    states = "".join(
        path.read_text() for path in tmp_path.iterdir() if path not in {train, bad}
    )
    assert "DEBUG" in out  # the logs were on
    assert "ftjob-" in states
    for secret in ("tangerine", "xylophone", "marzipan", "quixotic"):
        assert secret not in out
        assert secret not in err
        own_prompt = secret == "quixotic"  # noqa: S105 - recorded with the job
        assert (secret in states) == own_prompt
