"""All that the fine-tuning server is asked and answers, against OpenAI's published contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from finetuning_scenario import connect, start, tour, upload
from openai_contract import Contract, needs_contract

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from langchain_imessage.testing import RecordedRequest

openai = pytest.importorskip("openai")
pytestmark = needs_contract


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


@pytest.fixture(scope="module")
def requests() -> list[RecordedRequest]:
    with FineTuningServer(keep_bodies=True, flagged=["darned"]) as server:
        with connect(server) as client:
            tour(client)
        return server.requests


def test_the_tour_uses_all_of_the_contract_but_what_it_has_no_status_for(
    contract: Contract, requests: list[RecordedRequest]
) -> None:
    used = {contract.operation(request)["operationId"] for request in requests}
    published = {
        operation["operationId"]
        for operations in contract.spec["paths"].values()
        for operation in operations.values()
    }
    assert published - used == {"pauseFineTuningJob", "resumeFineTuningJob"}


def test_every_request_and_every_answer_is_as_published(
    contract: Contract, requests: list[RecordedRequest]
) -> None:
    contract.check_all(requests)


def test_every_refusal_has_the_published_shape(contract: Contract) -> None:
    with (
        FineTuningServer(keep_bodies=True, models=["gpt-4o"]) as server,
        connect(server) as client,
    ):
        file = upload(client).id
        for refused in (
            lambda: client.files.retrieve("file-none"),
            lambda: client.fine_tuning.jobs.retrieve("ftjob-none"),
            lambda: client.models.retrieve("ft:none"),
            lambda: start(client, model="gpt-0"),
            lambda: client.fine_tuning.jobs.create(model="gpt-4o", training_file="no"),
            lambda: client.fine_tuning.jobs.create(
                model="gpt-4o", training_file=file, seed=-1
            ),
        ):
            with pytest.raises(openai.APIStatusError):
                refused()
        refusals = [each for each in server.requests if each.status != 200]
    assert len(refusals) == 6
    for request in refusals:
        contract.check_answer(request)
