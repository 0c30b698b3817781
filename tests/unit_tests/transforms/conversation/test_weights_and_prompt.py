"""Claims about the worth of an answer, and about the system prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from langchain_imessage.transforms import (
    add_system_prompt,
    system_prompt,
    weigh_by_reactions,
)

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession


def weight(*kinds: Any, own: bool = False) -> float:
    reactions = [{"kind": kind, "is_from_me": own} for kind in kinds]
    answer = AIMessage("hi", additional_kwargs={"reactions": reactions})
    session: ChatSession = {"messages": [HumanMessage("yo"), answer]}
    (found,) = weigh_by_reactions([session])
    asked, answered = found["messages"]
    assert "weight" not in asked.additional_kwargs
    assert answer.additional_kwargs == {"reactions": reactions}
    return float(answered.additional_kwargs["weight"])


@pytest.mark.parametrize("kind", ["loved", "liked", "laughed", "emphasized"])
def test_what_others_praised_counts_double(kind: str) -> None:
    assert weight(kind) == 2.0
    assert weight("questioned", kind) == 2.0


def test_what_somebody_disliked_does_not_count() -> None:
    assert weight("disliked") == 0.0
    assert weight("loved", "disliked") == 0.0


@pytest.mark.parametrize("kinds", [(), ("questioned",), ("emoji", "sticker"), (None,)])
def test_what_says_neither_is_as_it_was(kinds: tuple[Any, ...]) -> None:
    assert weight(*kinds) == 1.0


def test_ones_own_reaction_says_nothing() -> None:
    assert weight("loved", own=True) == 1.0


def test_reactions_of_another_kind_say_nothing() -> None:
    said = [AIMessage("hi", additional_kwargs={"reactions": r}) for r in (["x"], None)]
    (found,) = weigh_by_reactions([{"messages": [*said, AIMessage("yo")]}])
    assert [m.additional_kwargs["weight"] for m in found["messages"]] == [1.0] * 3


def test_the_prompt_names_nobody_and_explains_the_lines() -> None:
    assert "Each line is one message bubble." in system_prompt()
    assert system_prompt() == system_prompt()
    assert "Tortoise" in system_prompt(name="Tortoise")
    assert system_prompt(facts=["It is night."]).endswith(" It is night.")


def test_the_prompt_takes_the_place_of_another() -> None:
    hi = HumanMessage("hi")
    with_one: ChatSession = {"messages": [SystemMessage("old"), hi]}
    without: ChatSession = {"messages": [hi]}
    found = list(add_system_prompt([with_one, without], "new"))
    assert found == [{"messages": [SystemMessage("new"), hi]}] * 2
    assert without == {"messages": [hi]}
    assert list(add_system_prompt(found, "new")) == found
