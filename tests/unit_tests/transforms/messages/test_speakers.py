"""Claims about roles and about names in the letters that OpenAI takes."""

from __future__ import annotations

import re

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    HumanMessageChunk,
    SystemMessage,
    ToolMessage,
)

from langchain_imessage.transforms.messages._speakers import name_field, role_of


@pytest.mark.parametrize(
    ("message", "role"),
    [
        (HumanMessage("a"), "user"),
        (HumanMessageChunk(content="a"), "user"),
        (AIMessage("a"), "assistant"),
        (AIMessageChunk(content="a"), "assistant"),
        (SystemMessage("a"), "system"),
        (ToolMessage("a", tool_call_id="1"), "tool"),
    ],
)
def test_a_role_is_what_openai_calls_it(message: BaseMessage, role: str) -> None:
    assert role_of(message) == role


@pytest.mark.parametrize(
    ("name", "field"),
    [("Ann", "Ann"), ("Ann Ö. Lee", "Ann_O_Lee"), ("[name 1]", "name_1")],
)
def test_names_lose_accents_and_signs_only(name: str, field: str) -> None:
    assert name_field(name) == field
    assert name_field(field) == field


def test_names_of_other_scripts_stay_apart() -> None:
    fields = {name_field(name) for name in ("漢", "字", "🐢", "x" * 99)}
    assert len(fields) == 4
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", field) for field in fields)
