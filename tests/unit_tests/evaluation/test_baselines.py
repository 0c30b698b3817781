"""Baselines know what a model was trained on, and nothing that is held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.prompts import ChatPromptTemplate
from made_writers import conversations, write_conversations

from langchain_imessage.evaluation import baselines
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out

if TYPE_CHECKING:
    from pathlib import Path

BASE = FakeListChatModel(responses=["ok"])


@pytest.mark.parametrize("kind", ["dataset", "folder", "examples"])
def test_no_held_out_answer_is_an_example(kind: str, tmp_path: Path) -> None:
    dataset = write_conversations(tmp_path / "data", segments=15, answers=2)
    sources: dict[str, Any] = {
        "dataset": dataset,
        "folder": dataset.folder,
        "examples": conversations(segments=15, answers=2),
    }
    chain: Any = baselines(sources[kind], base=BASE, k=3)["style + 3 examples"]
    held_out = read_held_out(dataset)
    known = {reply.reply for reply in held_out.training}
    for answer in held_out.answers:
        prompt = chain.first.invoke({"input": answer.said, "history": []})
        examples = [one.content for one in prompt.messages if one.type == "ai"]
        assert len(examples) == 3
        assert set(examples) <= known


def test_each_baseline_has_a_name(tmp_path: Path) -> None:
    dataset = write_conversations(tmp_path / "data", segments=15, answers=2)
    made = baselines(dataset, base=BASE)
    assert made["plain prompt"] is BASE
    assert list(made) == ["plain prompt", "style prompt", "style + 5 examples"]
    assert baselines(dataset) == {}


def test_a_tuned_model_is_shown_examples_after_its_own_prompt(tmp_path: Path) -> None:
    class TunedJob:
        def prompt_template(self) -> ChatPromptTemplate:
            return ChatPromptTemplate([("system", "As trained."), ("human", "{input}")])

        def chat_model(self, **options: Any) -> FakeListChatModel:
            assert options["temperature"] == 1.0
            return BASE

    job: Any = TunedJob()
    dataset = write_conversations(tmp_path / "data", segments=15, answers=2)
    chain = baselines(dataset, tuned=job, k=2)["tuned + 2 examples"]
    messages = chain.first.invoke({"input": "Hello?"}).messages
    assert [one.type for one in messages] == ["system", *["human", "ai"] * 2, "human"]
    assert messages[0].content == "As trained."
    assert chain.invoke({"input": "Hello?"}).content == "ok"
