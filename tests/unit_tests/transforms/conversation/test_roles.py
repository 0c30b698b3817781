"""Claims about whose messages become the AI's."""

from __future__ import annotations

import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.chat_loaders import utils
from langchain_imessage.transforms import map_ai_messages, map_ai_messages_in_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage


def said(content: Any, sender: str | None, **kwargs: Any) -> HumanMessage:
    return HumanMessage(content, additional_kwargs={"sender": sender, **kwargs})


def session_of(*senders: str | None) -> ChatSession:
    return {"messages": [said("hi", sender) for sender in senders]}


def mapped(message: BaseMessage) -> BaseMessage:
    (result,) = map_ai_messages_in_session({"messages": [message]}, "Me")["messages"]
    return result


def test_only_the_senders_messages_become_the_ais() -> None:
    session = map_ai_messages_in_session(session_of("Me", "Tortoise", None), "Me")
    assert [message.type for message in session["messages"]] == ["ai", "human", "human"]


def test_other_messages_are_passed_on_as_they_are() -> None:
    other, nobodys = said("hi", "Tortoise"), HumanMessage("hi")
    assert mapped(other) is other
    assert mapped(nobodys) is nobodys


def test_an_ai_message_keeps_what_the_human_message_had() -> None:
    kwargs = {"sender": "Me", "events": [1]}
    fields: dict[str, Any] = {
        "content": [{"type": "text", "text": "hi"}],
        "additional_kwargs": kwargs,
        "id": "1",
        "name": "Achilles",
        "response_metadata": {"model": "m"},
    }
    message = mapped(HumanMessage(**fields))
    assert type(message) is AIMessage
    assert message == AIMessage(**fields)


@pytest.mark.parametrize("example", [True, False])
def test_example_travels_along(example: bool) -> None:
    message = HumanMessage("hi", additional_kwargs={"sender": "Me"}, example=example)
    assert mapped(message).example is example  # type: ignore[attr-defined]


def test_other_extras_do_not_travel_and_example_is_not_made_up() -> None:
    message = HumanMessage("hi", additional_kwargs={"sender": "Me"}, role="Achilles")
    assert not mapped(message).model_extra
    assert not mapped(said("hi", "Me")).model_extra


def test_an_ai_message_of_the_sender_keeps_its_tool_calls() -> None:
    call = {"name": "f", "args": {}, "id": "1"}
    message = AIMessage("", additional_kwargs={"sender": "Me"}, tool_calls=[call])
    assert mapped(message) is message


def test_nothing_given_is_changed_nor_its_kwargs_shared() -> None:
    message = said("hi", "Me", events=[1])
    session: Any = {"messages": [message], "chat": {"name": "x"}}
    before = deepcopy(session)
    result = map_ai_messages_in_session(session, "Me")
    result["messages"][0].additional_kwargs["new"] = 1
    result["messages"][0].response_metadata["new"] = 1
    assert session == before


def test_the_sessions_other_keys_travel_along() -> None:
    session: Any = {"messages": [], "functions": [{}], "chat": {"name": "x"}}
    assert map_ai_messages_in_session(session, "Me") == session


def test_the_singular_form_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        map_ai_messages_in_session(session_of("Tortoise"), "Me")


def test_a_sender_that_never_occurs_warns_once_and_names_nobody_else() -> None:
    sessions = [session_of("a", "b", None), session_of("b")]
    with pytest.warns(UserWarning, match="No message is from 'Me'") as caught:
        assert len(list(map_ai_messages(sessions, "Me"))) == 2
    (warning,) = caught
    assert "There are 2 senders" in str(warning.message)
    assert "'a'" not in str(warning.message)
    assert warning.filename == __file__


def test_the_only_other_sender_is_counted() -> None:
    with pytest.warns(UserWarning, match="There is 1 sender:"):
        list(map_ai_messages([session_of("a")], "Me"))


def test_messages_without_any_sender_warn_too() -> None:
    with pytest.warns(UserWarning, match="none of them says whom it is from"):
        list(map_ai_messages([session_of(None)], "Me"))


def test_one_hit_in_any_session_is_enough() -> None:
    sessions = [session_of("a"), session_of("Me"), session_of("b")]
    found = [s["messages"][0].type for s in map_ai_messages(sessions, "Me")]
    assert found == ["human", "ai", "human"]


def test_no_messages_are_no_reason_to_warn() -> None:
    assert list(map_ai_messages([], "Me")) == []
    assert list(map_ai_messages([{"messages": []}], "Me")) == [{"messages": []}]


def test_stopping_early_does_not_warn() -> None:
    stream = map_ai_messages([session_of("a"), session_of("b")], "Me")
    next(stream)
    stream.close()  # type: ignore[attr-defined]


def test_one_session_is_taken_at_a_time() -> None:
    taken = []

    def sessions() -> Iterator[ChatSession]:
        for number in range(3):
            taken.append(number)
            yield session_of("Me")

    stream = map_ai_messages(sessions(), "Me")
    assert taken == []
    next(stream)
    assert taken == [0]


def test_the_old_path_has_the_same_functions() -> None:
    assert utils.map_ai_messages is map_ai_messages
    assert utils.map_ai_messages_in_session is map_ai_messages_in_session
