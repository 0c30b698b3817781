"""Whatever the fine-tuning server is asked, it answers or refuses; nothing else happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import ROWS, Clock, jsonl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import Call, Received, refusal
from langchain_imessage.testing.openai_server._faults import FaultSchedule
from langchain_imessage.testing.openai_server.requests._routes import Api

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMES = [
    *("model", "training_file", "validation_file", "hyperparameters", "method", "type"),
    *("suffix", "seed", "integrations", "metadata", "supervised", "n_epochs", "beta"),
    *("messages", "role", "content", "name", "weight", "stream", "stream_options"),
    *("include_usage", "max_tokens", "input", "text", "purpose", "filename", "bytes"),
    *("mime_type", "expires_after", "anchor", "seconds", "part_ids", "md5"),
]
WORDS = [
    "",
    "auto",
    "gpt-4o",
    "FILE",
    "supervised",
    "dpo",
    "user",
    "assistant",
    "\ud83d",
]
WORDS += ["fine-tune", "created_at", "ft:x", "text"]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
PATHS = st.sampled_from(
    [
        *("/files", "/uploads", "/fine_tuning/jobs", "/chat/completions"),
        *("/moderations", "/models", "/uploads/UPLOAD/complete", "/files/FILE"),
        *("/fine_tuning/jobs/JOB", "/fine_tuning/jobs/JOB/cancel"),
        *("/fine_tuning/jobs/JOB/events", "/fine_tuning/jobs/JOB/pause"),
    ]
)
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "after", "order", "purpose", "metadata[a]", "metadata["]),
    st.sampled_from(["", "1", "²", "-1", "9" * 5000, "asc", "x"]),
)


class Tried:
    """An API with a file, an upload and a job in it."""

    def __init__(self, folder: Path) -> None:
        self.api = Api(
            folder,
            clock=Clock(),
            seed="",
            faults=FaultSchedule(),
            job_polls=1,
            file_polls=1,
            models=None,
            flagged=("darned",),
            is_lenient=True,
        )
        content = folder / "train.jsonl"
        content.write_bytes(jsonl(ROWS))
        size = content.stat().st_size
        file = Received(field="file", path=content, name="train.jsonl", size=size)
        self.ids = {"FILE": self.make("/files", {"purpose": "fine-tune"}, file)}
        kind = {"mime_type": "text/plain", "purpose": "fine-tune"}
        upload = {"filename": "f", "bytes": 1, **kind}
        self.ids["UPLOAD"] = self.make("/uploads", upload)
        job = {"model": "gpt-4o", "training_file": self.ids["FILE"]}
        self.ids["JOB"] = self.make("/fine_tuning/jobs", job)

    def make(self, path: str, values: Any, upload: Received | None = None) -> str:
        call = Call(method="POST", path=path, query={}, values=values, upload=upload)
        made = self.api.answer(call).value["id"]
        assert isinstance(made, str)
        return made

    def named(self, text: str) -> str:
        for name, real in self.ids.items():
            text = text.replace(name, real)
        return text


@pytest.fixture
def tried(tmp_path: Path) -> Tried:
    return Tried(tmp_path)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=PATHS,
    values=BODIES,
    query=QUERIES,
)
def test_it_answers_in_json_or_refuses(
    tried: Tried, method: str, path: str, values: Any, query: dict[str, str]
) -> None:
    if (method, path) == ("DELETE", "/files/FILE"):
        return
    values = json.loads(tried.named(json.dumps(values)))
    path = tried.named(path)
    call = Call(method=method, path=path, query=query, values=values)
    try:
        answer = tried.api.answer(call)
    except RequestRefusedError as error:
        answer = refusal(error)
    json.dumps(answer.shown, allow_nan=False)
    assert answer.status < 500
