"""Messages made fast are what pydantic makes, and the collector's pause ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from langchain_imessage.transforms.messages import _fast_construct
from langchain_imessage.transforms.messages._fast_construct import (
    _constructor,
    _makes_correctly,
    ai_message_maker,
    human_message_maker,
    human_messages_maker,
    message_copier,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KWARGS = {"sender": "Me", "is_from_me": True}
MAKERS = [(human_message_maker, HumanMessage), (ai_message_maker, AIMessage)]


@pytest.fixture(autouse=True)
def _choose_anew() -> Iterator[None]:
    message_copier.cache_clear()
    yield
    message_copier.cache_clear()


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


def test_many_messages_are_what_the_constructor_makes_of_each() -> None:
    contents: list[Any] = ["words", ["x", {"type": "text", "text": "y"}], ""]
    guids, kwargs = ["1", None, "3"], [dict(KWARGS), {}, {"a": [1]}]

    made = human_messages_maker()(contents, guids, kwargs)

    construct = _constructor(HumanMessage)
    right = [*map(construct, contents, guids, kwargs)]
    assert made == right
    assert [repr(m) for m in made] == [repr(m) for m in right]
    assert [vars(m) for m in made] == [vars(m) for m in right]
    assert [m.model_dump(exclude_unset=True) for m in made] == [
        m.model_dump(exclude_unset=True) for m in right
    ]
    assert human_messages_maker()([], [], []) == []


def test_messages_made_at_once_share_nothing() -> None:
    one, two = human_messages_maker()(["words", "words"], [None, None], [{}, {}])

    one.additional_kwargs["a"] = one.response_metadata["b"] = 1
    one.content = "other"
    one.name = "Ann"
    one.extra = "x"

    assert two == HumanMessage("words")
    right = _constructor(HumanMessage)("words", None, {})
    assert two.model_fields_set == right.model_fields_set


@pytest.mark.parametrize("name", ["_batch_assembler", "_makes_batches_correctly"])
def test_where_pydantic_has_changed_many_messages_are_constructed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> HumanMessage:
        raise AttributeError

    monkeypatch.setattr(_fast_construct, name, broken)
    human_messages_maker.cache_clear()
    made = human_messages_maker()(["words"], ["id"], [{}])
    human_messages_maker.cache_clear()
    assert made == [HumanMessage(content="words", id="id")]


def test_where_pydantic_has_changed_the_constructor_does_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> HumanMessage:
        raise AttributeError

    monkeypatch.setattr(_fast_construct, "_assembler", lambda _: broken)
    human_message_maker.cache_clear()
    made = human_message_maker()("words", "id", {})
    human_message_maker.cache_clear()
    assert made == HumanMessage(content="words", id="id")
    construct = _constructor(HumanMessage)
    assert not _makes_correctly(construct, lambda *_: HumanMessage(content="other"))


@pytest.mark.parametrize(("maker", "kind"), MAKERS)
def test_where_pydantic_has_other_slots_the_constructor_does_the_work(
    maker: Any, kind: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_slots() -> None:
        raise KeyError("__pydantic_extra__")

    monkeypatch.setattr(_fast_construct, "_slots", without_slots)
    maker.cache_clear()
    made = maker()("words", "id", {})
    maker.cache_clear()
    assert made == kind(content="words", id="id")


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
    assert message_copier() is not _fast_construct._slow_copy


@pytest.mark.parametrize("wrong", [AttributeError, None])
def test_otherwise_the_sure_way_is_taken(
    wrong: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quick(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
        if wrong:
            raise wrong
        return message.model_copy(update={**update, "content": "wrong"})

    monkeypatch.setattr(_fast_construct, "_fast_copier", lambda: quick)
    copy = message_copier()(HumanMessage("words"), {"content": "other"})
    assert copy.content == "other"


def test_where_pydantic_has_other_slots_the_sure_way_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_slots() -> None:
        raise KeyError("__pydantic_extra__")

    monkeypatch.setattr(_fast_construct, "_slots", without_slots)
    message_copier.cache_clear()
    try:
        assert message_copier() is _fast_construct._slow_copy
    finally:
        message_copier.cache_clear()


def test_fast_construct_share_nothing_that_says_what_they_hold() -> None:
    message = HumanMessage("words")
    copy = message_copier()(message, {"content": "other"})
    copy.name = "x"
    copy.more = "x"  # type: ignore[attr-defined]
    assert message == HumanMessage("words")
    assert message.model_fields_set == {"content"}
