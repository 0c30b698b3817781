"""The model for a computer: the largest that its memory can train."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import (
    LOCAL_MODELS,
    _start_job,
    choose_model,
    fine_tune,
)
from langchain_imessage.finetuning.local.models import _model_choice
from langchain_imessage.finetuning.local.models._model_choice import (
    physical_memory_gb,
)

if TYPE_CHECKING:
    from langchain_imessage.finetuning import LocalModel, Plan

DOCS = Path(__file__).parents[5] / "docs" / "local-training.md"


@pytest.mark.parametrize(
    ("memory", "longest", "name"),
    [
        (0, 2048, "HuggingFaceTB/SmolLM2-135M-Instruct"),
        (8, 2048, "HuggingFaceTB/SmolLM2-360M-Instruct"),
        (8, 512, "mlx-community/Qwen3-4B-4bit"),
        (16, 2048, "mlx-community/Qwen3-1.7B-4bit"),
        (24, 2048, "mlx-community/Qwen3-8B-4bit"),
        (36, 2048, "mlx-community/Qwen3-14B-4bit"),
        (64, 2048, "Qwen/Qwen3-14B"),
    ],
)
def test_a_gpu_trains_what_fits_in_its_memory(
    memory: float, longest: int, name: str
) -> None:
    found = choose_model(memory_gb=memory, on_cpu=False, max_seq_length=longest)
    assert found == name


@pytest.mark.parametrize(("tokens", "gigabytes"), [(128, 0.76), (512, 1.44)])
def test_the_estimate_is_what_was_measured(tokens: int, gigabytes: float) -> None:
    estimate = LOCAL_MODELS[0].memory_gb(on_cpu=True, max_seq_length=tokens)
    assert estimate == pytest.approx(gigabytes, rel=0.05)


@pytest.mark.parametrize(
    ("memory", "name"),
    [
        (2, "HuggingFaceTB/SmolLM2-135M-Instruct"),
        (10, "HuggingFaceTB/SmolLM2-360M-Instruct"),
        (16, "Qwen/Qwen3-0.6B"),
        (512, "Qwen/Qwen3-0.6B"),
    ],
)
def test_a_processor_trains_no_model_that_takes_days(memory: float, name: str) -> None:
    assert choose_model(memory_gb=memory, on_cpu=True) == name


def test_more_memory_never_means_a_smaller_model() -> None:
    sizes = {}
    for number, one in enumerate(LOCAL_MODELS):
        sizes[one.name] = sizes[one.four_bit] = number
    found = [choose_model(memory_gb=gb, on_cpu=False) for gb in range(100)]
    order = [sizes[name] for name in found]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("limit", "gigabytes"), [("4000000000", 4.0), ("max", 40.96), (None, 40.96)]
)
def test_a_containers_limit_is_its_memory(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str | None,
    gigabytes: float,
) -> None:
    path = tmp_path / "memory.max"
    if limit:
        path.write_text(limit)
    monkeypatch.setattr(_model_choice, "_LIMIT", path)
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 10_000_000}
    monkeypatch.setattr(os, "sysconf", sizes.get)
    assert physical_memory_gb() == gigabytes


def test_where_the_memory_is_not_known_the_smallest_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert choose_model(on_cpu=False) == LOCAL_MODELS[0].name


def test_what_is_not_given_is_asked_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_model_choice, "physical_memory_gb", lambda: 64.0)
    monkeypatch.setattr(_model_choice, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert choose_model() == "Qwen/Qwen3-14B"
    monkeypatch.setattr(sys, "platform", "linux")
    assert choose_model() == "Qwen/Qwen3-0.6B"
    monkeypatch.setattr(_model_choice, "find_spec", lambda _: object())
    assert choose_model() == "Qwen/Qwen3-14B"


@pytest.mark.slow
def test_auto_is_in_the_plan_as_the_model_it_stands_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlx_lm")
    asked: list[dict[str, int]] = []

    def choose(**facts: int) -> str:
        asked.append(facts)
        return "Qwen/Qwen3-4B"

    monkeypatch.setattr(_start_job, "choose_model", choose)
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    train = tmp_path / "train.jsonl"
    train.write_text((json.dumps({"messages": turns}) + "\n") * 4)
    plans: list[Plan] = []
    with pytest.raises(FineTuningError, match="Not confirmed"):
        fine_tune(
            train,
            model="auto",
            max_seq_length=512,
            confirm=lambda plan: bool(plans.append(plan)),
        )
    assert asked == [{"max_seq_length": 512}]
    assert plans[0].model == "Qwen/Qwen3-4B"
    assert "downloaded from the Hugging Face hub" in str(plans[0])


def row(one: LocalModel) -> str:
    memory = one.memory_gb(), one.memory_gb(four_bit=True), one.memory_gb(on_cpu=True)
    cells = (
        f"`{one.name}`",
        one.licence,
        f"{2 * one.weights / 1e9:.1f} GB",
        *(f"{value:.1f} GB" for value in memory),
        one.template,
        f"`{one.four_bit}`",
    )
    return f"| {' | '.join(cells)} |"


def test_the_docs_have_the_table() -> None:
    text = DOCS.read_text("utf-8")
    assert [row(one) for one in LOCAL_MODELS] == re.findall(
        r"^\| `(?:Hugging|Qwen).*$", text, re.MULTILINE
    )
