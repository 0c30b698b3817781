"""Answers are split into bubbles, whole or as they stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import RunnableLambda

from langchain_imessage import BubblesOutputParser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PIECES = ["ha", "", "ha\n\n", " on ", "my\nway ", "", "\n"]
BUBBLES = ["haha", "on my", "way"]


def texts(messages: list[AIMessage]) -> list[str]:
    return [str(message.content) for message in messages]


def test_each_line_is_a_bubble_and_a_blank_one_is_none() -> None:
    assert texts(BubblesOutputParser().parse("".join(PIECES))) == BUBBLES
    assert BubblesOutputParser().parse(" \n") == []


def test_a_stream_gives_each_bubble_when_it_is_whole() -> None:
    chunks = [AIMessageChunk(content=piece) for piece in PIECES]
    streamed = list(BubblesOutputParser().transform(iter(chunks)))
    assert [texts(part) for part in streamed] == [["haha"], ["on my"], ["way"], []]


def test_no_bubble_waits_for_the_end() -> None:
    taken: list[str] = []

    def pieces() -> object:
        for piece in ("one\ntw", "o\n", "three"):
            taken.append(piece)
            yield piece

    stream = BubblesOutputParser().transform(pieces())  # type: ignore[arg-type]
    assert texts(next(stream)) == ["one"]
    assert taken == ["one\ntw"]


def test_an_awaited_stream_is_the_same() -> None:
    async def pieces() -> AsyncIterator[str]:
        for piece in PIECES:
            yield piece

    async def collect() -> list[AIMessage]:
        parts = BubblesOutputParser().atransform(pieces())
        return [message async for part in parts for message in part]

    assert texts(asyncio.run(collect())) == BUBBLES


def test_it_ends_a_chain() -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("see you\nlove you")] * 2))
    chain = RunnableLambda(lambda text: text) | model | BubblesOutputParser()
    assert texts(chain.invoke("hi")) == ["see you", "love you"]
    streamed = [message for part in chain.stream("hi") for message in part]
    assert texts(streamed) == ["see you", "love you"]


def test_content_of_blocks_is_its_text() -> None:
    blocks = AIMessageChunk(content=[{"type": "text", "text": "one\ntwo"}])
    streamed = [
        m for part in BubblesOutputParser().transform(iter([blocks])) for m in part
    ]
    assert texts(streamed) == ["one", "two"]


def test_the_separator_is_what_runs_were_joined_with() -> None:
    parser = BubblesOutputParser(separator="<br>")
    parts = [m for part in parser.transform(iter(["one<", "br>two\n"])) for m in part]
    assert texts(parts) == ["one", "two"]
