"""A model trained on placeholders is given them, and its user the names again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableLambda

from langchain_imessage import BubblesOutputParser, Redactor, with_placeholders

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

ANSWER = "call [name 1] at [phone 1]\nand [not one]"
RESTORED = "call Ann Smith at 415-555-2671\nand [not one]"


def trained() -> Redactor:
    before = Redactor(names=["Ann Smith"])
    before.redact_text("Ann Smith: 415-555-2671")
    return Redactor(vault=before.vault)


def model(*answers: str) -> Any:
    return GenericFakeChatModel(messages=iter(map(AIMessage, answers)))


def test_the_model_sees_placeholders_and_its_prompt_as_trained() -> None:
    seen: list[BaseMessage] = []

    def look(messages: list[BaseMessage]) -> AIMessage:
        seen.extend(messages)
        return AIMessage(ANSWER)

    template = ChatPromptTemplate(
        [
            SystemMessage("You are Ann Smith."),
            MessagesPlaceholder("history", optional=True),
            ("human", "{input}"),
        ]
    )
    chain = template | with_placeholders(RunnableLambda(look), trained())
    given = {"history": [HumanMessage("gate code 4412")], "input": "4412? ask ann"}
    assert chain.invoke(given).content == RESTORED
    assert [m.content for m in seen] == [
        "You are Ann Smith.",
        "gate code [code 1]",
        "[code 1]? ask [name 1]",
    ]


@pytest.mark.parametrize("given", ["hi ann", [("human", "hi")], [HumanMessage("hi")]])
def test_it_takes_what_a_model_takes(given: Any) -> None:
    assert with_placeholders(model(ANSWER), trained()).invoke(given).content == RESTORED


def test_an_answer_is_streamed_and_no_placeholder_is_cut() -> None:
    chunks = list(with_placeholders(model(ANSWER), trained()).stream("hi"))
    assert len(chunks) > 3
    assert "".join(chunk.content for chunk in chunks) == RESTORED
    assert not any("[name" in chunk.content for chunk in chunks)


def test_an_answer_that_ends_within_a_placeholder_is_whole() -> None:
    chain = with_placeholders(model("hi [name"), trained())
    assert "".join(chunk.content for chunk in chain.stream("hi")) == "hi [name"


def test_it_streams_without_blocking_and_before_a_parser() -> None:
    async def stream() -> str:
        chain = with_placeholders(model(ANSWER), trained())
        return "".join([chunk.content async for chunk in chain.astream("hi")])

    assert asyncio.run(stream()) == RESTORED
    bubbles = with_placeholders(model(ANSWER), trained()) | BubblesOutputParser()
    assert [m.content for m in bubbles.invoke("hi")] == RESTORED.split("\n")


def test_blocks_are_restored() -> None:
    blocks: list[Any] = [
        {"type": "text", "text": "hi [name 1]"},
        {"type": "x"},
        "[name 1]",
    ]
    chain = with_placeholders(RunnableLambda(lambda _: AIMessage(blocks)), trained())
    assert chain.invoke("hi").content == [
        {"type": "text", "text": "hi Ann Smith"},
        {"type": "x"},
        "Ann Smith",
    ]


def test_what_is_new_gets_a_placeholder_and_comes_back() -> None:
    echo = RunnableLambda(lambda messages: AIMessage(messages[-1].content))
    assert with_placeholders(echo, trained()).invoke("a@example.com").content == (
        "a@example.com"
    )
