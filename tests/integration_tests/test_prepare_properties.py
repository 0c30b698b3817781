"""What holds of prepare whatever comes in and whatever is chosen."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_imessage.datasets import SINKS, write_dataset
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.errors import ExportError
from langchain_imessage.preparation import estimate_tokens, example_id, prepare
from langchain_imessage.transforms import Redactor
from langchain_imessage.transforms.conversation._windows import sizes_of
from langchain_imessage.transforms.messages._message_tokens import TOKENS_PER_EXAMPLE

pytestmark = [
    pytest.mark.filterwarnings("ignore:No message is from"),
    pytest.mark.filterwarnings("ignore:never"),
]

IMAGE = {"type": "image", "url": "https://example.com/x.png"}
TEXTS = ["hi", "ok", "OK!", "so?", "", " ", "\ud800", "👍", "call 415-555-2671, Ann"]
CONTENTS = st.sampled_from(
    [*TEXTS, *TEXTS, [], [IMAGE], ["a", IMAGE, {"type": "text", "text": "b"}]]
)
MAKERS: list[Any] = [
    *[HumanMessage] * 8,
    *[AIMessage] * 2,
    SystemMessage,
    partial(ToolMessage, tool_call_id="t"),
    partial(ChatMessage, role="user"),
]
CHATS: list[Any] = [
    None,
    {"guids": ["g"], "is_group": False, "participants": ["Ann"]},
    {"guids": ["h"], "is_group": True, "participants": ["Ann", "Bob"]},
    {"guids": ["s"], "is_self": True},
    {"guids": ["c"], "handles": ["28849"]},
]
MADE = 16
"""Characters of an id made for a message that has none; others are shorter here."""

PAUSES = st.sampled_from([0, 1, 30, 301, 2000, 90_000])
REACTIONS = [[{"kind": kind, "is_from_me": False}] for kind in ("loved", "disliked")]


@st.composite
def _session(draw: st.DrawFn, number: int) -> dict[str, Any]:
    messages: list[BaseMessage] = []
    seconds = 0
    for place in range(draw(st.integers(0, 10))):
        seconds += draw(PAUSES)
        kwargs: dict[str, Any] = {
            "sender": draw(st.sampled_from(["Me", "Me", "Ann", "Ann", "Bob", None]))
        }
        if draw(st.integers(0, 5)):
            kwargs["sent_at"] = datetime.fromtimestamp(seconds, UTC)
        if not draw(st.integers(0, 5)):
            kwargs["reply_to"] = f"{number}-{draw(st.integers(0, 9))}"
        if not draw(st.integers(0, 5)):
            kwargs["reactions"] = draw(st.sampled_from(REACTIONS))
        name = f"{number}-{place}"
        if not draw(st.integers(0, 7)):
            kwargs["ids"] = draw(st.sampled_from([[name, f"{name}b"], []]))
        make = draw(st.sampled_from(MAKERS))
        id_ = name if draw(st.integers(0, 3)) else None
        content = draw(CONTENTS)
        messages.append(make(content=content, id=id_, additional_kwargs=kwargs))
    chat = draw(st.sampled_from(CHATS))
    return {"messages": messages} | ({} if chat is None else {"chat": chat})


@st.composite
def _sessions(draw: st.DrawFn) -> list[Any]:
    return [draw(_session(number)) for number in range(draw(st.integers(1, 4)))]


MAYBE = partial(st.one_of, st.none())
CHOICES = st.fixed_dictionaries(
    {
        "gap": st.sampled_from(["auto", None, timedelta(minutes=20)]),
        "within": MAYBE(st.just(timedelta(minutes=5))),
        "groups": st.sampled_from(["name", "drop", "field"]),
        "windows": st.sampled_from(["conversation", "answer"]),
        "max_tokens": MAYBE(st.integers(1, 60)),
        "duplicates": st.booleans(),
        "max_short_replies": MAYBE(st.integers(0, 2)),
        "max_per_contact": MAYBE(st.integers(1, 2)),
        "reactions": st.booleans(),
        "automated": st.booleans(),
        "system_prompt": MAYBE(st.just("Text.")),
        "never": st.sampled_from([(), ("Bob",), ("so",)]),
    }
)
REDACTORS = st.sampled_from([lambda: None, Redactor, lambda: Redactor(never=["Ann"])])
COUNTED: dict[str, Any] = {"count_tokens": estimate_tokens}


def _prepared(sessions: list[Any], choices: dict[str, Any], redactor: Any) -> Any:
    made = prepare(sessions, **choices, redactor=redactor(), **COUNTED)
    return list(made), made.report


def _ids(example: Any) -> list[str]:
    said = (m for m in example["messages"] if m.type != "system")
    return [i for m in said for i in m.additional_kwargs.get("ids") or [m.id]]


@settings(deadline=None, max_examples=60)
@given(_sessions(), CHOICES, REDACTORS)
def test_what_holds_always(sessions: Any, choices: Any, redactor: Any) -> None:
    before = deepcopy(sessions)
    examples, report = _prepared(sessions, choices, redactor)

    assert report.messages == report.kept + sum(report.reasons.values())
    assert min(report.reasons.values(), default=1) > 0
    seen = Counter(i for example in examples for i in _ids(example))
    assert report.kept == len(seen)
    assert report.examples == len(examples)
    if choices["windows"] == "conversation":
        assert set(seen.values()) <= {1}
    for example in examples:
        _check_shape(example, choices)
    assert sessions == before
    assert (examples, report) == _prepared(sessions, choices, redactor)


def _check_shape(example: Any, choices: dict[str, Any]) -> None:
    messages = example["messages"]
    prompt = choices["system_prompt"]
    head = messages[: prompt is not None]
    assert [m.content for m in head] == ([] if prompt is None else [prompt])
    turns = messages[len(head) :]
    assert [m.type for m in turns] == ["human", "ai"] * (len(turns) // 2)
    assert turns
    assert all(isinstance(m.content, str) and m.content.strip() for m in turns[1::2])
    weights = {"weight" in m.additional_kwargs for m in turns[1::2]}
    assert weights == {choices["reactions"] or choices["windows"] == "answer"}
    given_ids = [i.strip("b").split("-") for i in _ids(example) if len(i) < MADE]
    order = [tuple(map(int, places)) for places in given_ids]
    assert order == sorted(order)
    most = choices["max_tokens"]
    if most is not None:
        assert TOKENS_PER_EXAMPLE + sum(sizes_of(messages, estimate_tokens)) <= most


@settings(deadline=None, max_examples=30)
@given(_sessions(), CHOICES)
def test_what_was_prepared_is_prepared(sessions: Any, choices: Any) -> None:
    """But for groups: a name before a text is put there again."""
    choices |= {"gap": None, "windows": "conversation", "reactions": False}
    direct = {"guids": ["g"], "is_group": False, "participants": ["Ann"]}
    sessions = [{**session, "chat": direct} for session in sessions]
    once, _ = _prepared(sessions, choices, Redactor)
    again, report = _prepared(once, choices, Redactor)
    assert [e["messages"] for e in again] == [e["messages"] for e in once]
    assert set(report.reasons) <= {"no turn"}


@settings(deadline=None, max_examples=30)
@given(_sessions(), CHOICES, st.data())
def test_what_is_vetoed_is_left_out_and_nothing_else(
    sessions: Any, choices: Any, data: st.DataObject
) -> None:
    examples, _ = _prepared(sessions, choices, Redactor)
    ids = [example["id"] for example in examples]
    assert ids == [example_id(example["messages"]) for example in examples]
    vetoed = set(data.draw(st.lists(st.sampled_from(ids)))) if ids else set()
    left, report = _prepared(sessions, {**choices, "decisions": vetoed}, Redactor)
    assert left == [e for e in examples if e["id"] not in vetoed]
    assert report.messages == report.kept + sum(report.reasons.values())
    assert report.matched == report.vetoed == len(vetoed)


CHAT_SINKS = [name for name, sink in SINKS.items() if not sink.shape.endswith("-dpo")]


@settings(deadline=None, max_examples=25)
@given(_sessions(), CHOICES, st.sampled_from(CHAT_SINKS), MAYBE(st.integers(60, 200)))
def test_answers_in_are_answers_in_rows(
    sessions: Any, choices: Any, sink: str, limit: int | None
) -> None:
    choices |= {"reactions": False}
    examples = prepare(sessions, **choices, redactor=None, **COUNTED)
    answers = sum(
        (m.type == "ai" and m.additional_kwargs.get("weight") != 0)
        for example in examples
        for m in example["messages"]
    )
    options: Any = {"sink": sink, "max_tokens": limit, **COUNTED}
    with TemporaryDirectory() as folder:
        try:
            dataset = write_dataset(examples, folder, validation=0.3, **options)
        except ExportError:  # there is none to write
            return
        manifest = dataset.manifest
        files = [about for about in manifest["files"].values() if about]
        lines = [
            json.loads(line)
            for about in files
            for line in (dataset.folder / about["name"]).read_bytes().splitlines()
        ]
    left_out = manifest["left_out"]
    assert set(left_out) <= {"too long"}
    assert sum(about["answers"] for about in files) == answers - left_out.get(
        "too long", 0
    )
    if limit is None:
        assert left_out == {}
    else:
        count = row_counter(estimate_tokens, SINKS[sink].overhead)
        assert max(map(count, lines)) <= limit
