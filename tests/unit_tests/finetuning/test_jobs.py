"""A job's life when all goes well: started, followed, looked at, used; sync and async."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import stat
from typing import TYPE_CHECKING, Any

import pydantic
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser

from langchain_imessage.datasets import write_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import (
    aattach,
    afine_tune,
    attach,
    fine_tune,
    jobs,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
pytest.importorskip("langchain_openai")
job_create_params = pytest.importorskip("openai.types.fine_tuning.job_create_params")

pytestmark = pytest.mark.slow


def strict(server: FineTuningServer) -> Any:
    return openai.OpenAI(
        base_url=server.base_url, api_key="any", _strict_response_validation=True
    )


def test_a_dataset_becomes_a_model_in_a_chain(begin: Callable[..., Job]) -> None:
    job = begin(suffix="me").wait(progress=False)
    assert job.status == "succeeded"
    assert job.fine_tuned_model
    assert job.fine_tuned_model.startswith("ft:gpt-4.1-mini-2025-04-14:parrot:me:")
    chain = job.prompt_template() | job.chat_model(temperature=0) | StrOutputParser()
    assert chain.invoke({"input": "which letter is THETA"}) == "Number 8.\nReally."
    pieces = list(chain.stream({"input": "which letter is beta"}))
    assert "".join(pieces) == "Number 2.\nReally."
    assert len(pieces) > 1
    both = chain.batch([{"input": "zeta?"}, {"input": "iota?"}])
    assert both == ["Number 6.\nReally.", "Number 9.\nReally."]


def test_every_answer_is_read_as_the_sdk_strictly_reads_it(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin(client=strict(server), base_url=None, moderate=5, n_epochs=2)
    job.wait(progress=False)
    assert job.checkpoints()
    assert job.metrics()
    assert job.cancel().status == "succeeded"
    assert {request.status for request in server.requests} <= {200, 400}


def test_a_job_can_be_awaited(train: Path, server: FineTuningServer) -> None:
    async def live() -> tuple[Job, str]:
        job = await afine_tune(
            train, base_url=server.base_url, confirm=True, progress=False
        )
        again = await aattach(train.parent / "Ann and Bob.finetuning.json")
        assert again.job_id == job.job_id
        assert (await aattach(train)).job_id == job.job_id
        await job.arefresh()
        await job.await_done(progress=False)
        assert await job.acheckpoints()
        assert await job.ametrics()
        assert (await job.acancel()).status == "succeeded"
        model = job.chat_model()
        chain = job.prompt_template() | model | StrOutputParser()
        pieces = [piece async for piece in chain.astream({"input": "eta?"})]
        await model.root_async_client.close()
        return job, "".join(pieces)

    job, answer = asyncio.run(live())
    assert job.status == "succeeded"
    assert answer == "Number 7.\nReally."


def test_files_go_by_neutral_names_with_their_settings(
    begin: Callable[..., Job], tmp_path: Path, server: FineTuningServer
) -> None:
    held_out = tmp_path / "Carol.jsonl"
    held_out.write_text((tmp_path / "Ann and Bob.jsonl").read_text().splitlines()[0])
    begin(
        validation=held_out,
        n_epochs=2,
        batch_size=3,
        learning_rate_multiplier=0.5,
        seed=7,
        expires_after=3600,
    )
    files = [r.values for r in server.requests if r.line == "POST /files"]
    assert [f and f["file"] for f in files] == ["train.jsonl", "validation.jsonl"]
    assert files[0]
    assert files[0]["expires_after[seconds]"] == "3600"
    (asked,) = [r.values for r in server.requests if r.line == "POST /fine_tuning/jobs"]
    assert asked
    assert asked["method"] == {
        "type": "supervised",
        "supervised": {
            "hyperparameters": {
                "n_epochs": 2,
                "batch_size": 3,
                "learning_rate_multiplier": 0.5,
            }
        },
    }
    assert asked["seed"] == 7
    known = job_create_params.JobCreateParams
    assert pydantic.TypeAdapter(known).validate_python(asked)
    assert asked.keys() <= known.__annotations__.keys()
    assert len(asked["metadata"]["training_file_sha256"]) == 64


def test_what_is_left_to_the_provider_is_not_sent(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    begin()
    (asked,) = [r.values for r in server.requests if r.line == "POST /fine_tuning/jobs"]
    assert asked
    assert asked["method"] == {"type": "supervised"}
    assert not {"suffix", "seed", "validation_file"} & asked.keys()


def test_losses_come_by_step_and_can_be_drawn(begin: Callable[..., Job]) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    job = begin().wait(progress=False)
    metrics = job.metrics()
    assert [m.step for m in metrics] == sorted(m.step for m in metrics)
    losses = [m.train_loss for m in metrics if m.train_loss is not None]
    assert losses
    assert losses[-1] < losses[0]
    axes = job.plot()
    assert axes.get_xlabel() == "step"
    assert job.plot(ax=axes) is axes


def test_a_job_can_be_cancelled(begin: Callable[..., Job]) -> None:
    job = begin()
    assert job.cancel().status == "cancelled"
    with pytest.raises(FineTuningError, match="was cancelled") as raised:
        job.wait(progress=False)
    assert raised.value.code == "cancelled"
    assert raised.value.job_id == job.job_id


def test_there_is_no_chat_before_the_end(begin: Callable[..., Job]) -> None:
    with pytest.raises(FineTuningError, match=r"wait\(\) first"):
        begin().chat_model()


def test_files_are_deleted_after_success_where_asked_to(
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
    lines: Callable[[str], int],
) -> None:
    job = begin(delete_files=True)
    assert not [r for r in server.requests if r.method == "DELETE"]
    job.wait(progress=False)
    job.refresh()
    deleted = [r.path for r in server.requests if r.method == "DELETE"]
    assert deleted == [f"/files/{job.state.file_ids[0]}"]
    state = json.loads((train.parent / "Ann and Bob.finetuning.json").read_text())
    assert state["uploads"] == []
    assert lines("POST /files") == 1


def test_files_another_job_needs_are_kept(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    other = begin(seed=1)
    begin(seed=2, delete_files=True).wait(progress=False)
    assert not [r for r in server.requests if r.method == "DELETE"]
    other.wait(progress=False)


def test_deleting_what_is_gone_is_no_error(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    job = begin(delete_files=True)
    while job.refresh().status != "running":
        pass
    strict(server).files.delete(job.state.file_ids[0])
    assert job.wait(progress=False).status == "succeeded"


def test_a_dataset_is_taken_as_such_or_by_its_folder(
    tmp_path: Path, begin: Callable[..., Job]
) -> None:
    sessions = [
        {
            "messages": [
                SystemMessage("Be brief."),
                HumanMessage(f"Number {n}?"),
                AIMessage(f"Yes, {n}."),
            ],
            "split": {"gap_seconds": None, "piece": n, "started": float(n)},
        }
        for n in range(40)
    ]
    dataset = write_dataset(sessions, tmp_path / "data")  # type: ignore[arg-type]
    job = begin(dataset)
    assert job.system_prompt == "Be brief."
    assert begin(tmp_path / "data").job_id == job.job_id
    assert len(job.state.file_ids) == 2
    assert (tmp_path / "data" / "finetuning.json").is_file()
    assert attach(tmp_path / "data").system_prompt == "Be brief."
    assert attach(dataset.train).job_id == job.job_id
    assert [r.job_id for r in jobs(tmp_path)] == [job.job_id]
    assert jobs(tmp_path / "data") == jobs(tmp_path)
    other = begin(dataset, validation=None)
    assert len(other.state.file_ids) == 1


def test_the_system_prompt_of_a_bare_file_is_what_all_lines_share(
    begin: Callable[..., Job], train: Path
) -> None:
    job = begin()
    assert job.system_prompt == "You number {letters}."
    first, *_ = job.prompt_template().invoke({"input": "{x}"}).to_messages()
    assert first.content == "You number {letters}."
    lines = train.read_text().splitlines()
    lines[3] = json.dumps({"messages": json.loads(lines[3])["messages"][1:]})
    train.write_text("\n".join(lines))
    other = begin()
    assert other.system_prompt is None
    assert len(other.prompt_template().invoke({"input": "x"}).to_messages()) == 1


def test_the_state_file_is_private(begin: Callable[..., Job], train: Path) -> None:
    begin()
    path = train.parent / "Ann and Bob.finetuning.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_job_is_not_pickled_or_copied_but_attached_again(
    begin: Callable[..., Job],
) -> None:
    job = begin()
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=rf"attach\('{job.job_id}', state="):
            copied(job)


def test_a_repr_shows_ids_only(begin: Callable[..., Job]) -> None:
    job = begin()
    assert repr(job) == (
        f"Job(job_id={job.job_id!r}, provider='openai', "
        f"status='validating_files', fine_tuned_model=None)"
    )
    assert "letters" not in repr((job.state, job.events()))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("nowhere/state.json", "There is no file"),
        ("other.jsonl", "No state file beside other.jsonl has a job of it"),
        (__file__, "is not a state file: pass a dataset's folder"),
        ("ftjob-unknown", "has no such job or file"),
    ],
)
def test_what_cannot_be_come_back_to_is_an_error(
    given: str, problem: str, server: FineTuningServer
) -> None:
    with pytest.raises(FineTuningError, match=problem):
        attach(given, base_url=server.base_url)


def test_a_job_is_come_back_to_by_its_id(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job = begin()
    bare = attach(job.job_id, base_url=server.base_url)
    assert bare.job_id == job.job_id
    assert bare.system_prompt is None
    state = train.parent / "Ann and Bob.finetuning.json"
    found = attach(job.job_id, state=state)
    assert found.system_prompt
    assert found.wait(progress=False).fine_tuned_model
    with pytest.raises(FineTuningError, match="has no job ftjob-other"):
        attach("ftjob-other", state=state)


def test_the_latest_job_of_a_state_file_is_meant(
    begin: Callable[..., Job], train: Path, flying: Any
) -> None:
    state = train.parent / "Ann and Bob.finetuning.json"
    state.write_text('{"format": 1, "uploads": [], "jobs": []}')
    with pytest.raises(FineTuningError, match="has no job yet"):
        attach(state)
    first = begin(seed=1)
    flying.sleep(5)
    later = begin(seed=2)
    assert attach(state).job_id == later.job_id
    content = json.loads(state.read_text())
    content["jobs"][0]["began"] += 10  # the times count, not the ids
    state.write_text(json.dumps(content))
    assert attach(state).job_id == first.job_id


def test_a_file_that_is_not_there_is_said_to_be(server: FineTuningServer) -> None:
    with pytest.raises(FineTuningError, match="There is no file"):
        fine_tune("nothing.jsonl", base_url=server.base_url, confirm=True)


def test_pairs_are_trained_on_as_such(
    tmp_path: Path, begin: Callable[..., Job], server: FineTuningServer
) -> None:
    pairs = [
        {
            "input": {"messages": [{"role": "user", "content": f"Which {n}?"}]},
            "preferred_output": [{"role": "assistant", "content": f"This {n}."}],
            "non_preferred_output": [{"role": "assistant", "content": "None."}],
        }
        for n in range(10)
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(f"{json.dumps(pair)}\n" for pair in pairs))
    begin(path, method="dpo", beta=0.1)
    (asked,) = [r.values for r in server.requests if r.line == "POST /fine_tuning/jobs"]
    assert asked
    hyperparameters = {"hyperparameters": {"beta": 0.1}}
    assert asked["method"] == {"type": "dpo", "dpo": hyperparameters}
