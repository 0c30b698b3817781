"""Claims about what tells examples apart, and about the file of those decided against."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
)

from langchain_imessage.errors import ExportError
from langchain_imessage.preparation import example_id
from langchain_imessage.preparation._example_ids import IdMaker
from langchain_imessage.preparation._exclusions import vetoed_ids

if TYPE_CHECKING:
    from pathlib import Path

HI, HELLO = HumanMessage("Hi!"), AIMessage("Hello.")
ID = "0123456789abcdef"


def test_without_ids_an_id_is_the_same_for_messages_and_for_a_line() -> None:
    line = json.loads(json.dumps([["user", "Hi!"], ["assistant", "Hello."]]))
    assert example_id([HI, HELLO]) == example_id([(role, text) for role, text in line])


def test_an_id_is_made_of_the_messages_ids_and_not_of_their_words() -> None:
    one = [HumanMessage("Hi!", id="1"), AIMessage("Hello.", id="2")]
    redacted = [HumanMessage("[name 1]", id="1"), AIMessage("x", id="2")]
    assert example_id(one) == example_id(redacted) != example_id([HI, HELLO])
    other = [HumanMessage("Hi!", id="1"), AIMessage("Hello.", id="3")]
    assert example_id(other) != example_id(one)


def test_an_id_does_not_ask_how_messages_were_merged() -> None:
    said = [HumanMessage("a", id="1"), HumanMessage("b", id="2"), HELLO]
    merged = HumanMessage("a\nb", id="1", additional_kwargs={"ids": ["1", "2"]})
    assert example_id(said) == example_id([merged, HELLO])


def test_an_answer_that_is_only_context_makes_another_example() -> None:
    context = AIMessage("Hello.", id="2", additional_kwargs={"weight": 0.0})
    learned = AIMessage("Hello.", id="2", additional_kwargs={"weight": 1.0})
    ask = HumanMessage("So?", id="3")
    known = example_id([ask, learned])
    assert known == example_id([ask, AIMessage("Hello.", id="2")])
    assert known != example_id([ask, context])


def test_an_id_does_not_ask_for_the_system_prompt_or_who_says_it() -> None:
    known = HumanMessage("Hi!", additional_kwargs={"sender": "Ann"})
    assert example_id([SystemMessage("x"), known, HELLO]) == example_id([HI, HELLO])
    assert example_id([("system", "x"), ("user", "Hi!")]) == example_id([HI])
    assert example_id([HI, AIMessageChunk("Hello.")]) == example_id([HI, HELLO])


def test_blocks_count_by_their_words() -> None:
    image = {"type": "image", "url": "https://example.com/x.png"}
    said = HumanMessage([{"type": "text", "text": "Hi!"}, image])
    assert example_id([said]) == example_id([HI])


def test_half_a_character_counts_as_it_is_written() -> None:
    assert example_id([("user", "\ud800a")]) == example_id([("user", "\ufffda")])
    assert example_id([("user", "\ud83d\ude00")]) == example_id([("user", "😀")])


def ids(messages: list[Any], chat: tuple[str, ...] = ("Ann",)) -> list[str | None]:
    return [message.id for message in IdMaker().with_ids(messages, chat)]


def at(text: str, seconds: float | None) -> HumanMessage:
    kwargs = {} if seconds is None else {"message_time": seconds}
    return HumanMessage(text, additional_kwargs={"sender": "Ann", **kwargs})


def test_made_ids_do_not_change_when_messages_come_in_elsewhere() -> None:
    one, two = at("a", 1.0), at("b", 2.0)
    alone = ids([one, two])
    assert len(set(alone)) == 2
    assert ids([at("new", 0.5), one, two])[1:] == alone
    assert ids([one, two, at("new", 3.0)])[:2] == alone
    assert set(ids([one, two], ("Bob",))).isdisjoint(alone)


def test_made_ids_of_equal_messages_differ() -> None:
    assert len(set(ids([at("a", 1.0), at("a", 1.0)]))) == 2
    timeless = ids([at("a", None), at("a", None), at("b", None)])
    assert len(set(timeless)) == 3
    assert ids([at("a", None), at("b", None)])[1] != timeless[2]


def test_equal_sessions_have_different_ids() -> None:
    maker = IdMaker()
    one, two = (maker.with_ids([at("a", 1.0)], ("Ann",)) for _ in range(2))
    assert one[0].id != two[0].id


def test_ids_that_are_there_stay() -> None:
    assert ids([HumanMessage("a", id="7"), at("b", 1.0)])[0] == "7"


TURNS = st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text("ab\0:1")))


@pytest.mark.slow
@given(TURNS, TURNS)
def test_other_words_have_another_id(one: Any, other: Any) -> None:
    assert (example_id(one) == example_id(other)) == (one == other)


def test_a_decision_file_names_the_vetoed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps({"format": 1, "vetoed": [ID], "more": 1}))
    assert vetoed_ids(path) == vetoed_ids(str(path)) == {ID}


def test_decisions_may_be_given_in_python() -> None:
    assert vetoed_ids({"format": 1, "vetoed": [ID]}) == {ID}
    assert vetoed_ids([ID, ID]) == vetoed_ids({ID}) == {ID}
    assert vetoed_ids(None) == vetoed_ids([]) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "secret",
        '"secret"',
        '["secret"]',
        f'["{ID}"]',
        '{"format": 2, "vetoed": []}',
        '{"format": 1}',
        '{"format": 1, "vetoed": "secret"}',
        '{"format": 1, "vetoed": ["secret"]}',
        '{"format": 1, "vetoed": [["secret"]]}',
        f'{{"format": 1, "vetoed": ["{ID}\\n"]}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_none_is_refused_and_not_quoted(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(text)
    with pytest.raises(ExportError, match="The decision file") as caught:
        vetoed_ids(path)
    assert caught.value.path == path
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_decision_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    with pytest.raises(FileNotFoundError, match="There is no decision file") as caught:
        vetoed_ids(path)
    assert isinstance(caught.value, ExportError)
    assert str(path) in str(caught.value)
    assert caught.value.path == path


def test_a_decision_file_that_cannot_be_read_is_an_error_of_ours(
    tmp_path: Path,
) -> None:
    with pytest.raises(ExportError, match="cannot be read") as caught:
        vetoed_ids(tmp_path)
    assert caught.value.path == tmp_path


@pytest.mark.parametrize("given_", [7, ["secret"], {"vetoed": []}])
def test_decisions_that_are_none_are_refused(given_: Any) -> None:
    with pytest.raises(ExportError, match="The decision file"):
        vetoed_ids(given_)
