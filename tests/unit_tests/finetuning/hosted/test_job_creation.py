"""Whose job it is: one is adopted only if it is proven to be of the same call."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, RequestRefusedError
from langchain_imessage.finetuning import Pace
from langchain_imessage.finetuning.hosted import _job_creation
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.testing.openai_server.requests._routes import Api
from langchain_imessage.testing.openai_server.stores._training_job import Training

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
FILES, JOBS = "POST /files", "POST /fine_tuning/jobs"
NEBIUS = {"provider": "nebius", "model": "llama", "api_key": "k"}


@pytest.fixture
def no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the server keep no metadata, as some providers do."""
    show = Training.to_dict

    def without(self: Training) -> dict[str, Any]:
        return {k: v for k, v in show(self).items() if k != "metadata"}

    monkeypatch.setattr(Training, "to_dict", without)


def client(server: FineTuningServer) -> Any:
    return openai.OpenAI(base_url=server.base_url, api_key="any")


def create(server: FineTuningServer, job: Job, **settings: Any) -> str:
    made = client(server).fine_tuning.jobs.create(
        model="llama", training_file=job.state.file_ids[0], **settings
    )
    return str(made.id)


def forget_the_answer(train: Path) -> None:
    """Leave the state file as a process leaves it that is killed while it creates."""
    state = StateFile(train.parent / f"{train.stem}.finetuning.json")
    text = state.path.read_text()
    job_id = state.read().jobs[-1].job_id
    text = text.replace(f'"job_id": "{job_id}"', '"job_id": null')
    state.path.write_text(text.replace('"earlier_jobs": null', '"earlier_jobs": []'))


@pytest.mark.usefixtures("no_metadata")
def test_other_settings_are_another_job_where_no_metadata_is_kept(
    begin: Callable[..., Job], lines: Callable[[str], int]
) -> None:
    first, second = begin(n_epochs=3, **NEBIUS), begin(n_epochs=5, **NEBIUS)
    assert first.job_id != second.job_id
    assert begin(n_epochs=5, **NEBIUS).job_id == second.job_id
    assert lines(JOBS) == 2


@pytest.mark.usefixtures("no_metadata")
def test_a_job_whose_receipt_was_lost_is_adopted(
    begin: Callable[..., Job], train: Path, lines: Callable[[str], int]
) -> None:
    job = begin(n_epochs=3, **NEBIUS)
    forget_the_answer(train)
    assert begin(n_epochs=3, **NEBIUS).job_id == job.job_id
    assert lines(JOBS) == 1


@pytest.mark.usefixtures("no_metadata")
def test_a_job_that_was_there_before_is_not_adopted(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    strangers = create(server, begin(n_epochs=3, **NEBIUS))
    assert begin(n_epochs=4, **NEBIUS).job_id != strangers


@pytest.mark.usefixtures("no_metadata")
@pytest.mark.parametrize(
    "settings", [{"seed": 5}, {"hyperparameters": {"n_epochs": 9}}]
)
def test_a_job_with_other_settings_is_not_adopted(
    settings: dict[str, Any],
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
) -> None:
    given = {"n_epochs": 3, "seed": 4, **NEBIUS}
    job = begin(**given)
    create(server, job, **{"seed": 4, "hyperparameters": {"n_epochs": 3}, **settings})
    forget_the_answer(train)
    assert begin(**given).job_id == job.job_id


@pytest.mark.usefixtures("no_metadata")
def test_where_several_jobs_may_be_the_one_none_is_adopted(
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
    lines: Callable[[str], int],
) -> None:
    given = {"n_epochs": 3, **NEBIUS}
    job = begin(**given)
    other = create(server, job, hyperparameters={"n_epochs": 3})
    forget_the_answer(train)
    with pytest.raises(FineTuningError, match="several jobs") as raised:
        begin(**given)
    assert job.job_id in str(raised.value)
    assert other in str(raised.value)
    assert lines(JOBS) == 2


def test_clocks_do_not_matter(
    begin: Callable[..., Job],
    server: FineTuningServer,
    flying: Any,
    lines: Callable[[str], int],
) -> None:
    for hours in (-1, 1):
        flying.sleep(3600)
        server.play("lost_answer")
        job = begin(seed=10 + hours, pace=flying.pace(first=0.01))
        flying.now -= 7200 * hours
        assert begin(seed=10 + hours).job_id == job.job_id
    assert lines(JOBS) == 2


def test_a_refusal_leaves_nothing_to_be_adopted_later(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    server.play("closed")
    with pytest.raises(FineTuningError):
        begin()
    state = StateFile(train.parent / f"{train.stem}.finetuning.json").read()
    assert state.jobs[-1].earlier_jobs is None


@pytest.mark.parametrize("status", ["FAILED", "error", "canceled", "expired"])
@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_job_that_ended_badly_by_another_name_is_not_adopted(
    status: str,
    is_recorded: bool,
    begin: Callable[..., Job],
    train: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job, show = begin(), Training.to_dict
    monkeypatch.setattr(
        Training, "to_dict", lambda self: {**show(self), "status": status}
    )
    if not is_recorded:
        (train.parent / f"{train.stem}.finetuning.json").unlink()
    assert begin().job_id != job.job_id


@pytest.mark.parametrize("status", [400, 422])
def test_a_provider_that_cannot_filter_jobs_lists_them_all(
    status: int,
    begin: Callable[..., Job],
    train: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = Api.answer

    def refuse(self: Api, call: Any) -> Any:
        if call.path == "/fine_tuning/jobs" and "metadata" in str(call.query):
            raise RequestRefusedError("unknown parameter", status=status)
        return answer(self, call)

    monkeypatch.setattr(Api, "answer", refuse)
    job = begin()
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    assert begin().job_id == job.job_id


@pytest.mark.usefixtures("no_metadata")
def test_without_metadata_a_lost_state_file_is_a_question(
    begin: Callable[..., Job], train: Path, lines: Callable[[str], int]
) -> None:
    job = begin(**NEBIUS)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    for _ in range(2):
        with pytest.raises(FineTuningError, match=job.job_id) as raised:
            begin(**NEBIUS)
        assert raised.value.code == "unknown_outcome"
    assert (lines(FILES), lines(JOBS)) == (1, 1)
    other = begin(seed=1, **NEBIUS)  # as the error says
    assert other.job_id != job.job_id
    assert begin(seed=1, **NEBIUS).job_id == other.job_id


@pytest.mark.usefixtures("no_metadata")
def test_all_jobs_that_may_be_ours_are_named(
    begin: Callable[..., Job], train: Path, server: FineTuningServer
) -> None:
    job, at = begin(**NEBIUS), client(server)
    same = at.files.content(job.state.file_ids[0]).read()
    copy = at.files.create(file=("train.jsonl", same), purpose="fine-tune")
    other = at.fine_tuning.jobs.create(model="llama", training_file=copy.id)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    with pytest.raises(FineTuningError, match="has jobs of the same file") as raised:
        begin(**NEBIUS)
    assert job.job_id in str(raised.value)
    assert other.id in str(raised.value)


@pytest.mark.usefixtures("no_metadata")
def test_a_job_of_another_file_is_no_question(
    begin: Callable[..., Job], train: Path, lines: Callable[[str], int]
) -> None:
    begin(**NEBIUS)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    text = train.read_text("utf-8")
    train.write_text(text.replace("Number 1.", "Number 2."), "utf-8")  # of one size
    assert begin(**NEBIUS)
    assert lines(JOBS) == 2


@pytest.mark.parametrize("is_recorded", [True, False])
def test_after_the_last_day_a_job_that_runs_is_followed(
    is_recorded: bool,
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = [kind.__module__ for kind in openai.DefaultHttpxClient.__mro__]
    library = next(name for name in kinds if name.startswith("httpx")).partition(".")[0]
    http = importlib.import_module(library)

    class Forward(http.HTTPTransport):  # type: ignore[misc, name-defined]
        def handle_request(self, request: Any) -> Any:
            request.url = http.URL(server.base_url).copy_with(path=request.url.path)
            request.headers["Host"] = "127.0.0.1"
            return super().handle_request(request)

    monkeypatch.setattr(
        "langchain_imessage.finetuning.hosted._client.http_client",
        lambda *_: openai.DefaultHttpxClient(transport=Forward()),
    )
    asked: dict[str, Any] = {"base_url": None, "provider": "openai", "api_key": "key"}
    now = datetime(2027, 1, 5, tzinfo=UTC).timestamp()
    asked["pace"] = Pace(clock=lambda: now)
    with pytest.warns(UserWarning, match="2027-01-06"):
        job = begin(**asked)
    if not is_recorded:
        forget_the_answer(train)
    now += 2 * 86_400
    assert begin(**asked).job_id == job.job_id
    with pytest.raises(FineTuningError, match="ended fine-tuning"):
        begin(seed=2, **asked)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    with pytest.raises(FineTuningError, match="ended fine-tuning"):
        begin(**asked)


def bury(server: FineTuningServer, begin: Callable[..., Job], count: int) -> None:
    """Create newer jobs with the same settings: of other files of the same size, each two."""
    at = client(server)
    sent = at.files.content(begin(seed=None, **NEBIUS).state.file_ids[0]).read()
    for number in range(count):
        other = sent.replace(b"Number 1.", b"Numbe%03d." % number)
        file = at.files.create(file=("train.jsonl", other), purpose="fine-tune")
        for _ in range(2):
            at.fine_tuning.jobs.create(model="llama", training_file=file.id)


@pytest.mark.usefixtures("no_metadata")
def test_a_lost_job_is_found_behind_many_others_of_the_same_size(
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
    lines: Callable[[str], int],
) -> None:
    job = begin(**NEBIUS)
    bury(server, begin, 60)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    with pytest.raises(FineTuningError, match=job.job_id):
        begin(**NEBIUS)
    assert lines(JOBS) == 121


@pytest.mark.usefixtures("no_metadata")
@pytest.mark.parametrize("bound", ["_MOST_JOBS", "_MOST_COMPARED"])
def test_more_jobs_than_are_compared_are_an_error_that_says_how_to_go_on(
    bound: str,
    begin: Callable[..., Job],
    train: Path,
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(**NEBIUS)
    bury(server, begin, 4)
    (train.parent / f"{train.stem}.finetuning.json").unlink()
    monkeypatch.setattr(_job_creation, bound, 3)
    with pytest.raises(FineTuningError, match="not known: no state file") as raised:
        begin(**NEBIUS)
    assert raised.value.code == "unknown_outcome"
    assert begin(seed=1, **NEBIUS)
