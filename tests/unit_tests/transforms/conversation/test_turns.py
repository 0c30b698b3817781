"""Claims about the shape of an example, and about who is named in it."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)

from langchain_imessage.transforms import name_speakers, trim_turns
from langchain_imessage.transforms.messages._content import bubbles_in

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession

IMAGE = {"type": "image", "url": "https://example.com/x.png"}
KINDS = {"u": HumanMessage, "a": AIMessage, "s": SystemMessage}


def user(content: Any, sender: str | None = "Ann", **fields: Any) -> HumanMessage:
    return HumanMessage(content, additional_kwargs={"sender": sender}, **fields)


def shapes(*messages: BaseMessage, **options: Any) -> list[str]:
    sessions = trim_turns([{"messages": list(messages)}], **options)
    return ["".join(m.type[0] for m in s["messages"]) for s in sessions]


def of(shape: str) -> list[BaseMessage]:
    return [KINDS[kind](f"{n}", id=f"{n}") for n, kind in enumerate(shape)]


@pytest.mark.parametrize(
    ("given_", "expected", "reasons"),
    [
        ("ua", ["ha"], {}),
        ("aua", ["ha"], {"no message before it": 1}),
        ("uau", ["ha"], {"unanswered": 1}),
        ("uuaua", ["haha"], {}),
        ("uaaua", ["ha", "ha"], {"no message before it": 1}),
        ("aaa", [], {"no message before it": 3}),
        ("uu", [], {"unanswered": 2}),
        ("sua", ["sha"], {}),
        ("suaaua", ["sha", "sha"], {"no message before it": 1}),
        ("susa", ["sha"], {"no turn": 1}),
        ("su", [], {"unanswered": 1, "no turn": 1}),
        ("", [], {}),
    ],
)
def test_what_is_asked_and_answered_stays(
    given_: str, expected: list[str], reasons: dict[str, int]
) -> None:
    dropped: Counter[str] = Counter()
    assert shapes(*of(given_), dropped=dropped) == expected
    assert dropped == reasons


def test_users_messages_in_a_row_become_one() -> None:
    (session,) = trim_turns([{"messages": of("uua")}], delimiter=" / ")
    turn, _ = session["messages"]
    assert turn.content == "0 / 1"
    assert turn.additional_kwargs["ids"] == ["0", "1"]


def test_a_chunk_of_the_assistants_is_the_assistants() -> None:
    assert shapes(user("hi"), AIMessageChunk("yo")) == ["hA"]


def test_messages_without_words_are_left_out() -> None:
    dropped: Counter[str] = Counter()
    found = shapes(user(" "), user("hi"), user([]), AIMessage("yo"), dropped=dropped)
    assert found == ["ha"]
    assert dropped == {"no words": 2}


def test_a_picture_of_the_users_is_a_turn() -> None:
    (session,) = trim_turns([{"messages": [user([IMAGE]), AIMessage("nice")]}])
    assert session["messages"][0].content == [IMAGE]


def test_an_answer_that_is_a_picture_ends_the_example() -> None:
    dropped: Counter[str] = Counter()
    said = [*of("ua"), user("pic?"), AIMessage([IMAGE]), user("nice"), AIMessage("yes")]
    assert shapes(*said, dropped=dropped) == ["ha", "ha"]
    assert dropped == {"unanswered": 1, "no words": 1}


def test_an_answers_blocks_become_its_words() -> None:
    answer = AIMessage(["a", IMAGE, {"type": "text", "text": "b"}])
    (session,) = trim_turns([{"messages": [user("hi"), answer]}])
    assert session["messages"][1].content == "ab"


def named(*messages: BaseMessage, how: Any = "name", chat: Any = None) -> Any:
    session: Any = {"messages": list(messages)}
    session |= {"chat": chat} if chat else {}
    (found,) = name_speakers([session], how)
    return found["messages"]


ME = AIMessage("I", additional_kwargs={"sender": "Me"})


def test_a_groups_speakers_are_named_and_the_assistant_is_not() -> None:
    found = named(user("hi"), user("yo", "Bob"), ME, user("?", None))
    assert [m.content for m in found] == ["Ann: hi", "Bob: yo", "I", "?"]
    assert found[2] is ME


def test_two_people_need_no_names() -> None:
    said = user("hi"), ME
    assert named(*said) == list(said)
    assert named(*said, chat={"is_group": False, "participants": ["Ann"]}) == list(said)


def test_a_group_says_so_even_where_one_speaks() -> None:
    chat = {"is_group": True, "participants": ["Ann", "Bob"]}
    assert named(user("hi"), ME, chat=chat)[0].content == "Ann: hi"


def test_a_group_of_the_voice_and_one_other_needs_no_names() -> None:
    chat = {"is_group": True, "participants": ["Ann", "Me"]}
    assert named(user("hi"), ME, chat=chat)[0].content == "hi"


def test_speakers_of_one_turn_are_named_in_it() -> None:
    group = name_speakers([{"messages": [user("hi"), user("yo", "Bob"), ME]}])
    (session,) = trim_turns(group)
    assert [m.content for m in session["messages"]] == ["Ann: hi\nBob: yo", "I"]


def test_whole_names_go_into_the_field_where_that_is_asked_for() -> None:
    found = named(user("hi", "Ann Ö. Lee"), user("yo", "漢"), ME, how="field")
    assert [(m.content, m.name) for m in found] == [
        ("hi", "Ann Ö. Lee"),
        ("yo", "漢"),
        ("I", None),
    ]


def test_one_turn_of_several_names_has_them_in_its_words() -> None:
    said = [user("hi"), user("yo", "Bob"), ME, user("so?"), user("well?"), ME]
    (session,) = trim_turns(name_speakers([{"messages": said}], "field"))
    both, _, one, _ = session["messages"]
    assert (both.content, both.name) == ("Ann: hi\nBob: yo", None)
    assert (one.content, one.name) == ("so?\nwell?", "Ann")


def test_pictures_are_named_before_them() -> None:
    found = named(user([IMAGE]), user("yo", "Bob"))
    assert found[0].content == [{"type": "text", "text": "Ann: "}, IMAGE]


def test_groups_are_dropped_where_that_is_asked_for() -> None:
    dropped: Counter[str] = Counter()
    group: ChatSession = {"messages": [user("hi"), user("yo", "Bob")]}
    pair: ChatSession = {"messages": [user("hi"), ME]}
    assert list(name_speakers([group, pair], "drop", dropped=dropped)) == [pair]
    assert dropped == {"group": 2}


def test_another_way_to_name_is_refused() -> None:
    with pytest.raises(ValueError, match="how must be"):
        next(name_speakers([], "loudly"))  # type: ignore[arg-type]


@st.composite
def _messages(draw: st.DrawFn) -> list[BaseMessage]:
    contents = st.sampled_from(["", " ", "a", "b\n", [], ["a"], [IMAGE]])
    return [
        KINDS[draw(st.sampled_from("uuaas"))](
            draw(contents),
            id=f"{n}",
            additional_kwargs={"sender": draw(st.sampled_from(["Ann", "Bob", None]))},
        )
        for n in range(draw(st.integers(0, 10)))
    ]


@pytest.mark.slow
@given(_messages(), st.sampled_from(["name", "field", "drop"]))
def test_turns_alternate_and_all_are_accounted_for(
    messages: list[BaseMessage], how: Literal["name", "field", "drop"]
) -> None:
    session: ChatSession = {"messages": messages}
    before = deepcopy(session)
    dropped: Counter[str] = Counter()
    groups = list(name_speakers([session], how, dropped=dropped))
    found = list(trim_turns(groups, dropped=dropped))

    kept: Counter[str] = Counter()
    for example in found:
        types = [m.type for m in example["messages"] if m.type != "system"]
        assert types == ["human", "ai"] * (len(types) // 2)
        assert types
        turns = [m for m in example["messages"] if m.type != "system"]
        kept.update(i for m in turns for i in m.additional_kwargs.get("ids", [m.id]))
    assert set(kept.values()) <= {1}
    assert list(kept) == sorted(kept, key=int)
    head = bool(found) and messages[0].type == "system"
    assert kept.total() + head + dropped.total() == bubbles_in(messages)
    assert list(trim_turns(found)) == found
    assert session == before
