"""Claims about OpenAI's dictionaries; langchain_community is asked where it is there."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_imessage.adapters import openai as adapter

CALL = {"name": "f", "arguments": "{}"}
TOOL_CALL = {"id": "1", "type": "function", "function": CALL}

PAIRS: list[tuple[BaseMessage, dict[str, Any]]] = [
    (HumanMessage("hi"), {"role": "user", "content": "hi"}),
    (AIMessage("hi"), {"role": "assistant", "content": "hi"}),
    (SystemMessage("hi"), {"role": "system", "content": "hi"}),
    (ChatMessage("hi", role="x"), {"role": "x", "content": "hi"}),
    (
        FunctionMessage("hi", name="f"),
        {"role": "function", "content": "hi", "name": "f"},
    ),
    (
        ToolMessage("hi", tool_call_id="1", additional_kwargs={"name": "f"}),
        {"role": "tool", "content": "hi", "tool_call_id": "1", "name": "f"},
    ),
    (
        AIMessage("", additional_kwargs={"function_call": CALL}),
        {"role": "assistant", "content": None, "function_call": CALL},
    ),
    (
        AIMessage("", additional_kwargs={"tool_calls": [TOOL_CALL]}),
        {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL]},
    ),
    (
        AIMessage("hi", additional_kwargs={"context": {"x": 1}}),
        {"role": "assistant", "content": "hi", "context": {"x": 1}},
    ),
]

ONE_WAY: list[tuple[BaseMessage, dict[str, Any]]] = [
    (AIMessageChunk(content="hi"), {"role": "assistant", "content": "hi"}),
    (ToolMessage("hi", tool_call_id="1"), PAIRS[5][1] | {"name": "f"}),
    (AIMessage(""), {"role": "assistant", "content": ""}),
    (
        HumanMessage("hi", name="ignored", additional_kwargs={"name": "kept"}),
        {"role": "user", "content": "hi", "name": "kept"},
    ),
]
del ONE_WAY[1][1]["name"]


@pytest.mark.parametrize(("message", "expected"), PAIRS + ONE_WAY)
def test_a_message_becomes_a_dictionary(
    message: BaseMessage, expected: dict[str, Any]
) -> None:
    assert adapter.convert_message_to_dict(message) == expected


@pytest.mark.parametrize(("expected", "given"), PAIRS)
def test_a_dictionary_becomes_a_message(
    expected: BaseMessage, given: dict[str, Any]
) -> None:
    assert adapter.convert_dict_to_message(given) == expected


@pytest.mark.parametrize(("message", "dictionary"), PAIRS + ONE_WAY)
def test_both_ways_are_langchain_communitys(
    message: BaseMessage, dictionary: dict[str, Any]
) -> None:
    oracle = pytest.importorskip("langchain_community.adapters.openai")
    there = oracle.convert_message_to_dict(message)
    back = oracle.convert_dict_to_message(dictionary)
    assert adapter.convert_message_to_dict(message) == there
    assert adapter.convert_dict_to_message(dictionary) == back


@pytest.mark.parametrize("role", [None, ["user"], 7])
def test_what_is_no_role_is_refused(role: Any) -> None:
    with pytest.raises(ValueError, match="role"):
        adapter.convert_dict_to_message({"role": role, "content": "hi"})


def test_a_tool_message_without_a_name_gets_none() -> None:
    message = adapter.convert_dict_to_message(
        {"role": "tool", "content": "hi", "tool_call_id": "1"}
    )
    assert message.additional_kwargs == {}


def test_a_function_call_is_copied() -> None:
    call = dict(CALL)
    given = {"role": "assistant", "content": None, "function_call": call}
    message = adapter.convert_dict_to_message(given)
    message.additional_kwargs["function_call"]["name"] = "g"
    assert call == CALL


def test_an_unknown_kind_is_named_and_its_content_is_not() -> None:
    secret = RemoveMessage(id="secret")
    with pytest.raises(TypeError, match=r"^Got unknown type RemoveMessage$"):
        adapter.convert_message_to_dict(secret)


def test_dictionaries_become_messages_in_order() -> None:
    found = adapter.convert_openai_messages([pair[1] for pair in PAIRS])
    assert found == [pair[0] for pair in PAIRS]


def test_sessions_without_an_ai_message_are_left_out() -> None:
    hi, hello = HumanMessage("hi"), AIMessage("hello")
    examples = adapter.convert_messages_for_finetuning(
        [{"messages": [hi]}, {"messages": [hi, hello]}, {"messages": []}]
    )
    assert examples == [
        [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "hello"},
        ]
    ]


@pytest.mark.parametrize(
    ("chat", "include", "expected"),
    [
        ({"is_self": True}, False, 0),
        ({"is_self": True}, True, 1),
        ({"is_self": False}, False, 1),
        ({}, False, 1),
        (None, False, 1),
    ],
)
def test_notes_to_oneself_are_left_out_unless_wanted(
    chat: Any, *, include: bool, expected: int
) -> None:
    session: Any = {"messages": [AIMessage("hi")], "chat": chat}
    examples = adapter.convert_messages_for_finetuning(
        [session], include_self_chats=include
    )
    assert len(examples) == expected


def test_nothing_else_of_a_message_leaves() -> None:
    kwargs = {"sender": "+1", "attachments": ["path"], "reply_to": "guid", "edits": [1]}
    fields: Any = {"id": "guid", "additional_kwargs": kwargs}
    session: Any = {
        "messages": [HumanMessage("hi", **fields), AIMessage("ho", name="n", **fields)],
        "chat": {"guids": ["guid"]},
    }
    (example,) = adapter.convert_messages_for_finetuning([session])
    assert [set(message) for message in example] == [{"role", "content"}] * 2


def test_converting_changes_nothing() -> None:
    messages = [pair[0] for pair in PAIRS]
    before = deepcopy(messages)
    adapter.convert_messages_for_finetuning([{"messages": messages}])
    assert messages == before


def test_who_speaks_is_the_users_name_in_the_letters_openai_takes() -> None:
    said = [HumanMessage("hi", name="Renée O'Hara"), HumanMessage("yo", name="漢")]
    session: Any = {"messages": [*said, AIMessage("hello")]}
    (example,) = adapter.convert_messages_for_finetuning([session])
    names = [message.get("name") for message in example]
    assert names[0] == "Renee_O_Hara"
    assert names[1].startswith("person_")
    assert names[2] is None


def test_langchains_own_tool_calls_are_written_as_openais_and_come_back() -> None:
    call: Any = {"name": "f", "args": {"x": "é"}, "id": "c1", "type": "tool_call"}
    message = AIMessage("", tool_calls=[call])
    session: Any = {"messages": [message, ToolMessage("42", tool_call_id="c1")]}
    (example,) = adapter.convert_messages_for_finetuning([session])
    function = {"name": "f", "arguments": '{"x": "é"}'}
    tool_call = {"id": "c1", "type": "function", "function": function}
    assert example[0] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [tool_call],
    }
    assert adapter.role_and_words(message) is None
    back: Any = adapter.convert_dict_to_message(example[0])
    assert back.tool_calls == [call]


@pytest.mark.parametrize("role", ["user", None])
def test_a_message_that_is_refused_is_not_quoted(role: str | None) -> None:
    with pytest.raises(ValueError, match="valid string") as caught:
        adapter.convert_dict_to_message({"role": role, "content": {"tortoise": 1}})
    assert "tortoise" not in f"{caught.value!r} {caught.value}"
    assert caught.value.__context__ is None
