"""A copied message is what `model_copy` makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from langchain_imessage.transforms.messages import _copies
from langchain_imessage.transforms.messages._copies import message_copier

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _decide_anew() -> Iterator[None]:
    message_copier.cache_clear()
    yield
    message_copier.cache_clear()


@pytest.mark.parametrize(
    "message",
    [
        HumanMessage("words", id="1", name="x", additional_kwargs={"sender": "Me"}),
        AIMessage("words", tool_calls=[{"name": "x", "args": {}, "id": "1"}]),
        SystemMessage("words"),
        HumanMessage("words", example=True, more="extra"),
    ],
)
def test_only_what_is_asked_for_changes(message: BaseMessage) -> None:
    before = message.model_copy(deep=True)
    update: dict[str, Any] = {"content": "other", "name": "y"}
    copy = message_copier()(message, update)
    right = message.model_copy(update=update)
    assert copy == right
    assert copy.model_dump() == right.model_dump()
    assert copy.model_fields_set == right.model_fields_set
    assert message == before
    assert message.model_fields_set == before.model_fields_set


def test_the_quick_way_is_taken_as_long_as_it_is_right() -> None:
    assert message_copier() is not _copies._slow


@pytest.mark.parametrize("wrong", [AttributeError, None])
def test_otherwise_the_sure_way_is_taken(
    wrong: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quick(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
        if wrong:
            raise wrong
        return message.model_copy(update={**update, "content": "wrong"})

    monkeypatch.setattr(_copies, "_quick_copier", lambda: quick)
    copy = message_copier()(HumanMessage("words"), {"content": "other"})
    assert copy.content == "other"


def test_where_pydantic_has_other_slots_the_sure_way_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_slots() -> None:
        raise KeyError("__pydantic_extra__")

    monkeypatch.setattr(_copies, "slot_setters", without_slots)
    assert message_copier() is _copies._slow


def test_copies_share_nothing_that_says_what_they_hold() -> None:
    message = HumanMessage("words")
    copy = message_copier()(message, {"content": "other"})
    copy.name = "x"
    copy.more = "x"  # type: ignore[attr-defined]
    assert message == HumanMessage("words")
    assert message.model_fields_set == {"content"}
