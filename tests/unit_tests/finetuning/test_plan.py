"""The plan: checked, counted, priced, asked about; nothing is sent before."""

from __future__ import annotations

import inspect
import io
import json
import sys
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import Plan, _api, _start_job, fine_tune
from langchain_imessage.finetuning._inputs import (
    count_file,
    find_training_files,
    system_prompt_of,
)
from langchain_imessage.finetuning._plan import PlannedFile
from langchain_imessage.finetuning.state._file_content import FileContent, digest_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Time

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")


def refuse(plans: list[Plan]) -> Callable[[Plan], bool]:
    """Note a plan, and do not agree."""

    def decide(plan: Plan) -> bool:
        plans.append(plan)
        return False

    return decide


@pytest.fixture
def plan_of(train: Path, flying: Time) -> Callable[..., Plan]:
    """Make a plan that is not agreed to."""

    def make(**settings: Any) -> Plan:
        plans: list[Plan] = []
        given = {"api_key": "key", "progress": False, "pace": flying.pace()}
        with pytest.raises(FineTuningError, match="Not confirmed; nothing was sent"):
            fine_tune(train, **{**given, **settings}, confirm=refuse(plans))
        return plans[0]

    return make


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on the first request."""

    def send(*_: object, **__: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr("openai._base_client.SyncAPIClient.request", send)


@pytest.mark.usefixtures("no_network")
def test_a_plan_says_what_leaves_where_to_and_for_how_much(
    plan_of: Callable[..., Plan], train: Path
) -> None:
    plan = plan_of(n_epochs=3)
    (file,) = plan.files
    assert (plan.host, plan.title) == ("api.openai.com", "OpenAI")
    assert (file.name, file.size) == ("train.jsonl", train.stat().st_size)
    assert file.examples == 12
    assert plan.billed_tokens == 3 * file.tokens
    assert plan.cost == pytest.approx(5 * plan.billed_tokens / 1e6)
    text = str(plan)
    assert "What leaves this computer, to api.openai.com:" in text
    assert f"{file.tokens:,} tokens" in text
    assert "The files stay there until they are deleted" in text
    assert "Ann" not in text
    assert "2027-01-06" in text


@pytest.mark.usefixtures("no_network")
def test_a_plan_says_how_long_files_stay(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of(expires_after=86_400, delete_files=True, moderate=5)
    assert (
        "The files are deleted there after success and expire there after 1 day."
        in str(plan)
    )
    assert "Sent to its moderation endpoint first: 5 examples." in str(plan)


@pytest.mark.usefixtures("no_network")
def test_epochs_are_guessed_as_the_provider_does(plan_of: Callable[..., Plan]) -> None:
    assert plan_of().epochs == 8


@pytest.mark.usefixtures("no_network")
def test_an_unknown_price_is_not_made_up(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of(provider="nebius")
    assert plan.cost is None
    assert "see its price list" in str(plan)
    assert plan.notes == ()


def test_a_plan_says_what_is_there_already(
    begin: Callable[..., Job], plan_of: Callable[..., Plan], server: FineTuningServer
) -> None:
    begin()
    plan = plan_of(base_url=server.base_url, seed=2)
    assert plan.files[0].sent
    assert "there already, not sent again" in str(plan)


def test_a_plan_of_what_stays_here_says_so() -> None:
    file = PlannedFile(name="train.jsonl", size=2_500_000, examples=1200, tokens=10)
    plan = Plan(
        title="this computer",
        host=None,
        model="m",
        files=(file,),
        epochs=2,
        billed_tokens=20,
        counter="bytes/2",
    )
    assert str(plan).splitlines() == [
        "Fine-tuning m on this computer",
        "Nothing leaves this computer. It trains on:",
        "  train.jsonl           1,200 answers     2.5 MB           10 tokens",
        "Training: 2 epochs, at most 20 tokens in all",
    ]


@pytest.mark.usefixtures("no_network")
def test_where_nobody_can_be_asked_nothing_is_sent(
    train: Path, monkeypatch: pytest.MonkeyPatch, flying: Time
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(FineTuningError, match="confirm=True") as raised:
        fine_tune(train, api_key="key", progress=False, pace=flying.pace())
    assert raised.value.code == "not_confirmed"


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "agreed"), [("y", True), ("Yes ", True), ("", False)]
)
def test_who_sits_there_is_asked(
    answer: str,
    agreed: bool,
    begin: Callable[..., Job],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda _: answer)
    if agreed:
        assert begin(confirm=None).job_id
    else:
        with pytest.raises(FineTuningError, match="Not confirmed"):
            begin(confirm=None)
    assert "What leaves this computer, to 127.0.0.1:" in capsys.readouterr().out


def test_a_terminal_that_closes_is_nobody(
    begin: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", close)
    with pytest.raises(FineTuningError, match="confirm=True"):
        begin(confirm=None)


@pytest.mark.usefixtures("no_network")
def test_openai_refuses_early_from_its_last_day_on(train: Path, flying: Time) -> None:
    flying.now = datetime(2027, 1, 6, tzinfo=UTC).timestamp()
    with pytest.raises(FineTuningError, match="ended fine-tuning") as raised:
        fine_tune(train, api_key="key", progress=False, pace=flying.pace())
    assert raised.value.code == "ended"
    assert 'provider="local"' in str(raised.value)


@pytest.mark.usefixtures("no_network")
def test_openai_is_warned_of_before(train: Path, flying: Time) -> None:
    flying.now = datetime(2027, 1, 5, 23, tzinfo=UTC).timestamp()
    with (
        pytest.warns(UserWarning, match="organisations that already tune"),
        pytest.raises(AssertionError, match="a request was made"),
    ):
        fine_tune(
            train, api_key="key", confirm=True, progress=False, pace=flying.pace()
        )


def test_elsewhere_there_is_no_last_day(
    begin: Callable[..., Job], flying: Time
) -> None:
    flying.now = datetime(2028, 1, 1, tzinfo=UTC).timestamp()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert begin().wait(progress=False).status == "succeeded"


@pytest.mark.usefixtures("no_network")
def test_a_model_that_is_gone_is_refused(train: Path, flying: Time) -> None:
    with pytest.raises(FineTuningError, match="cannot be used since 2026-10-23"):
        fine_tune(
            train,
            api_key="key",
            model="gpt-3.5-turbo",
            progress=False,
            pace=flying.pace(),
        )


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"n_epochs": 51}, "n_epochs must be a whole number from 1 to 50"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"batch_size": True}, "batch_size must be"),
        ({"learning_rate_multiplier": 0}, "learning_rate_multiplier must be"),
        ({"learning_rate_multiplier": "fast"}, "learning_rate_multiplier must be"),
        ({"suffix": "x" * 65}, "suffix must have 1 to 64"),
        ({"suffix": ""}, "suffix must have"),
        ({"seed": -1}, "seed must be"),
        ({"method": "magic"}, "method must be one of supervised, dpo"),
        ({"expires_after": 60}, "expires_after must be"),
        ({"lora_r": 8}, "OpenAI has no setting lora_r; it has: beta"),
        ({"provider": "nebius", "expires_after": 3600}, "cannot expire files"),
        ({"provider": "crusoe"}, "Which model"),
    ],
)
def test_what_a_provider_would_refuse_is_refused_here(
    settings: dict[str, Any], problem: str, train: Path
) -> None:
    with pytest.raises(FineTuningError, match=problem):
        fine_tune(train, api_key="key", confirm=True, progress=False, **settings)


@pytest.mark.usefixtures("no_network")
def test_a_file_too_large_for_the_provider_is_refused(
    train: Path, monkeypatch: pytest.MonkeyPatch, flying: Time
) -> None:
    huge = FileContent(
        path=train, name="train.jsonl", size=513_000_000, sha256="", md5=""
    )
    monkeypatch.setattr(_start_job, "digest_file", lambda *_: huge)
    with pytest.raises(FineTuningError, match="513 MB, and OpenAI takes 512"):
        fine_tune(train, api_key="key", progress=False, pace=flying.pace())


def test_every_shape_of_content_is_counted(
    train: Path, plan_of: Callable[..., Plan], server: FineTuningServer
) -> None:
    before = plan_of(base_url=server.base_url).files[0].tokens
    text = train.read_text()
    blocks = text.replace(
        '"content": "Number 1.\\nReally."',
        '"content": [{"type": "text", "text": "Number 1.\\nReally."}]',
    )
    assert blocks != text
    train.write_text(blocks)
    counted = count_file(
        find_training_files(train), "train", digest_file(train, "train.jsonl")
    )
    assert counted.tokens == before


@pytest.mark.usefixtures("no_network")
def test_a_newcomer_is_told_of_the_end_before_a_key(train: Path, flying: Time) -> None:
    flying.now = datetime(2027, 2, 1, tzinfo=UTC).timestamp()
    with pytest.raises(FineTuningError, match="ended fine-tuning") as raised:
        fine_tune(train, provider="openai", progress=False, pace=flying.pace())
    assert raised.value.code == "ended"


@pytest.mark.usefixtures("no_network")
def test_a_model_retired_for_new_customers_is_noted(
    plan_of: Callable[..., Plan], flying: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://me.openai.azure.com")
    flying.now = datetime(2026, 11, 28, tzinfo=UTC).timestamp()
    plan = plan_of(provider="azure")
    assert "retired gpt-4.1-mini-2025-04-14 for new customers on 2026-10-14" in str(
        plan
    )
    assert "2027-04" in str(plan)
    flying.now = datetime(2026, 10, 14, tzinfo=UTC).timestamp()
    assert plan_of(provider="azure").notes == ()


def test_where_it_trains_by_default() -> None:
    default = inspect.signature(fine_tune).parameters["provider"].default
    assert default == "local"
    assert _api._hosted(default) == "openai"  # with a base_url, a key or a client
    assert _api._hosted("nebius") == "nebius"


@pytest.mark.parametrize(
    "odd", [{"tokens": "many"}, {"tokens": -5}, {"examples": None}, {"examples": True}]
)
def test_a_manifest_whose_counts_are_none_is_not_believed(
    odd: dict[str, Any], train: Path
) -> None:
    content = digest_file(train, "train.jsonl")
    entry = {"sha256": content.sha256, "examples": 1, "tokens": 7}
    found = find_training_files(train)
    assert replace(found, manifest={"files": {"train": entry}}).manifest_entry(
        "train", content.sha256
    )
    odd_one = replace(found, manifest={"files": {"train": {**entry, **odd}}})
    assert count_file(odd_one, "train", content).examples == 12


def test_a_system_prompt_that_is_no_text_is_none(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text("{}\n")
    files = {"train": {"name": "train.jsonl", "sha256": "0", "bytes": 3}}
    manifest = {"format": 1, "package": "langchain-imessage", "sink": "openai"}
    manifest |= {"files": files, "system_prompt": 5}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    dataset = find_training_files(tmp_path)
    assert dataset.manifest
    assert system_prompt_of(dataset.train) is None
