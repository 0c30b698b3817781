"""All that our client asks of a provider, against OpenAI's published contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openai_contract import Contract, needs_contract

from langchain_imessage.finetuning.state._file_content import digest_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.finetuning.hosted._upload import Uploader
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("langchain_openai")
pytestmark = needs_contract


@pytest.mark.slow
def test_every_request_of_a_whole_job_and_its_answer_are_as_published(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    begin(seed=1, moderate=3, expires_after=86_400, delete_files=True).wait(
        progress=False
    )
    job = begin(n_epochs=2, batch_size=4, suffix="voice").wait(progress=False)
    job.checkpoints()
    chain = job.prompt_template() | job.chat_model()
    assert "".join(str(piece.content) for piece in chain.stream({"input": "alpha?"}))
    assert chain.invoke({"input": "Which letter is beta?"}).content
    begin(seed=3).cancel()
    asked = {request.line for request in server.requests}
    assert {"POST /moderations", "POST /files", "POST /chat/completions"} <= asked
    Contract().check_all(server.requests)


def test_an_upload_in_parts_is_as_published(
    uploader: Callable[..., Uploader], large: Path, server: FineTuningServer
) -> None:
    uploader().upload(digest_file(large, "train.jsonl"))
    assert "POST /uploads" in {request.line for request in server.requests}
    Contract().check_all(server.requests)
