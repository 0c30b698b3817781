"""One conversation as a chain's memory: its last turns, in their roles, never written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableLambda
from langchain_core.runnables.history import RunnableWithMessageHistory

from langchain_imessage import IMessageChatMessageHistory
from langchain_imessage.errors import (
    ConversationNotFoundError,
    DatabaseError,
    DatabaseNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_core.messages import BaseMessage

ANN, BOB = "+15550101", "+15550102"


@pytest.fixture
def talk(write: Callable, path: Path, at: Callable) -> Path:
    """Write a talk with Ann, two to a turn, and a later one with Bob."""
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann)
        for n in range(4):
            db.message(chat, f"ask {n}", sender=ann, at=at(10 * n))
            db.message(chat, f"and {n}", sender=ann, at=at(10 * n + 1))
            db.message(chat, f"say {n}", at=at(10 * n + 2))
        db.message(db.chat(bob), "other", sender=bob, at=at(100))
    return path


def said(messages: Sequence[BaseMessage]) -> list[tuple[str, str]]:
    return [(message.type, str(message.content)) for message in messages]


def test_ones_own_turns_are_the_ais(talk: Path) -> None:
    history = IMessageChatMessageHistory(talk, chat=ANN, limit=3)
    assert said(history.messages) == [
        ("ai", "say 2"),
        ("human", "ask 3\nand 3"),
        ("ai", "say 3"),
    ]


def test_the_ai_may_be_another_or_nobody(talk: Path) -> None:
    other = IMessageChatMessageHistory(talk, chat=ANN, ai_sender=ANN, limit=None)
    assert [m.type for m in other.messages] == ["ai", "human"] * 4
    along = IMessageChatMessageHistory(talk, chat=ANN, ai_sender=None, delimiter=" / ")
    assert said(along.messages[:2]) == [
        ("human", "ask 0 / and 0"),
        ("human", "say 0"),
    ]


def test_in_a_group_turns_begin_with_who_speaks(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        group = db.chat(ann, bob, display_name="Race")
        for n, sender in enumerate((ann, ann, bob, None)):
            db.message(group, f"go {n}", sender=sender, at=at(n))
    history = IMessageChatMessageHistory(path, chat="Race")
    assert said(history.messages) == [
        ("human", f"{ANN}: go 0\ngo 1"),
        ("human", f"{BOB}: go 2"),
        ("ai", "go 3"),
    ]


def test_an_ai_that_never_wrote_is_warned_of(talk: Path) -> None:
    history = IMessageChatMessageHistory(talk, chat=BOB)
    with pytest.warns(UserWarning, match="No message is from 'Me'"):
        assert said(history.messages) == [("human", "other")]


def test_options_are_the_loaders_and_a_test_may_choose(talk: Path) -> None:
    pytest.importorskip("phonenumbers")
    history = IMessageChatMessageHistory(
        talk, chat=lambda chat: "Ann" in chat.participants, contacts={ANN: "Ann"}
    )
    assert history.messages[0].additional_kwargs["sender"] == "Ann"


def test_what_is_added_is_kept_in_memory_only(talk: Path) -> None:
    before = talk.read_bytes()
    history = IMessageChatMessageHistory(talk, chat=ANN, limit=1)
    history.add_user_message("and now?")
    history.add_ai_message("soon")
    assert said(history.messages) == [
        ("ai", "say 3"),
        ("human", "and now?"),
        ("ai", "soon"),
    ]
    history.messages.append(HumanMessage("no way in"))
    assert len(history.messages) == 3
    history.clear()
    assert history.messages == []
    assert talk.read_bytes() == before
    assert [path.name for path in talk.parent.iterdir()] == [talk.name]
    assert len(IMessageChatMessageHistory(talk, chat=ANN, limit=1).messages) == 1


@pytest.mark.filterwarnings("ignore:.*RunnableWithMessageHistory:DeprecationWarning")
def test_it_goes_on_in_a_chain(talk: Path) -> None:
    seen: list[Any] = []

    def model(prompt: Any) -> AIMessage:
        seen.append(said(prompt.to_messages()))
        return AIMessage(f"answer {len(seen)}")

    prompt = ChatPromptTemplate.from_messages(
        [MessagesPlaceholder("history"), ("human", "{question}")]
    )
    history = IMessageChatMessageHistory(talk, chat=ANN, limit=2)
    chain = RunnableWithMessageHistory(
        prompt | RunnableLambda(model),
        lambda _: history,
        input_messages_key="question",
        history_messages_key="history",
    )
    config: Any = {"configurable": {"session_id": ANN}}
    assert chain.invoke({"question": "one?"}, config).content == "answer 1"
    answer = asyncio.run(chain.ainvoke({"question": "two?"}, config))
    assert answer.content == "answer 2"
    assert seen[0] == [
        ("human", "ask 3\nand 3"),
        ("ai", "say 3"),
        ("human", "one?"),
    ]
    assert seen[1] == [*seen[0], ("ai", "answer 1"), ("human", "two?")]


def test_what_is_not_there_is_named_without_naming_it(talk: Path) -> None:
    history = IMessageChatMessageHistory(talk, chat="Carol")
    with pytest.raises(ConversationNotFoundError) as caught:
        _ = history.messages
    assert isinstance(caught.value, DatabaseError)
    assert isinstance(caught.value, LookupError)
    assert "Carol" not in str(caught.value)
    with pytest.raises(DatabaseNotFoundError):
        IMessageChatMessageHistory(talk.with_name("none.db"), chat=ANN)
    with pytest.raises(ValueError, match="limit"):
        IMessageChatMessageHistory(talk, chat=ANN, limit=0)


def test_no_repr_shows_who_or_what(talk: Path) -> None:
    history = IMessageChatMessageHistory(talk, chat=ANN)
    assert history.messages
    assert ANN not in repr(history)
    assert "ask" not in repr(history)


def test_a_chat_is_no_number(path: Path) -> None:
    chat: Any = 1
    with pytest.raises(TypeError, match="chat must be a text or a function of a Chat"):
        IMessageChatMessageHistory(path, chat=chat)
