"""The quick way to make a message gives what the constructor gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.transforms.messages import _making
from langchain_imessage.transforms.messages._making import (
    _constructor,
    _is_faithful,
    ai_message_maker,
    human_message_maker,
)

if TYPE_CHECKING:
    from collections.abc import Callable

KWARGS = {"sender": "Me", "is_from_me": True}
MAKERS = [(human_message_maker, HumanMessage), (ai_message_maker, AIMessage)]


@pytest.mark.parametrize(("maker", "kind"), MAKERS)
def test_an_assembled_message_is_a_constructed_one(
    maker: Callable[[], Any], kind: type[Any]
) -> None:
    made = maker()("words", "id", dict(KWARGS))
    right = kind(content="words", id="id", additional_kwargs=dict(KWARGS))
    assert made == right
    assert made.model_dump() == right.model_dump()
    assert made.model_dump(exclude_unset=True) == right.model_dump(exclude_unset=True)
    assert kind.model_validate_json(made.model_dump_json()) == right
    assert repr(made) == repr(right)


@pytest.mark.parametrize(("maker", "kind"), MAKERS)
def test_assembled_messages_share_nothing(
    maker: Callable[[], Any], kind: type[Any]
) -> None:
    one, two = (maker()("words", None, {}) for _ in range(2))
    one.additional_kwargs["a"] = one.response_metadata["b"] = 1
    one.content = "other"
    one.extra = "x"
    if kind is AIMessage:
        one.tool_calls.append({"name": "x", "args": {}, "id": None})
    assert two == kind(content="words")
    right = _constructor(kind)("words", None, {})
    assert two.model_fields_set == right.model_fields_set


def test_where_pydantic_has_changed_the_constructor_does_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> HumanMessage:
        raise AttributeError

    monkeypatch.setattr(_making, "_assembler", lambda _: broken)
    human_message_maker.cache_clear()
    made = human_message_maker()("words", "id", {})
    human_message_maker.cache_clear()
    assert made == HumanMessage(content="words", id="id")
    construct = _constructor(HumanMessage)
    assert not _is_faithful(lambda *_: HumanMessage(content="other"), construct)


@pytest.mark.parametrize(("maker", "kind"), MAKERS)
def test_where_pydantic_has_other_slots_the_constructor_does_the_work(
    maker: Any, kind: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_slots() -> None:
        raise KeyError("__pydantic_extra__")

    monkeypatch.setattr(_making, "slot_setters", without_slots)
    maker.cache_clear()
    made = maker()("words", "id", {})
    maker.cache_clear()
    assert made == kind(content="words", id="id")
