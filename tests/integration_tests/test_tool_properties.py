"""Whatever is asked of the tools: nothing out of scope, and no secret while redacting.

The first case of each test has something to leak of every kind; the others are random.
"""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from langchain_imessage import IMessageChatLoader
from langchain_imessage.testing import ChatDatabaseWriter
from langchain_imessage.tools import IMessageToolkit, Scope, mcp_server

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("phonenumbers")

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
DAYS = 40
PEOPLE = {
    "Ann Archer": "+14155550101",
    "Bob Baker": "+14155550102",
    "Cid Carter": "c@ex.org",
}
SECRETS = {
    "call me at {}": "415-555-0188",
    "my password is {}": "hunter22zebra",
    "mail it to {}": "dora@example.org",
    "card {}": "4111 1111 1111 1111",
    "iban {}": "DE89 3704 0044 0532 0130 00",
    "{} said so": "Ann",
    "the code is {}": "493117",
}
GROUP = len(PEOPLE)
"""The chat that is everybody's, behind those of one person each."""

_COUNTER = itertools.count()

talks = st.lists(
    st.tuples(
        st.integers(0, GROUP),
        st.integers(0, DAYS - 1),
        st.one_of(st.none(), st.sampled_from([*SECRETS])),
    ),
    min_size=3,
    max_size=25,
)
moments = st.one_of(st.none(), st.integers(0, DAYS))
words = st.sampled_from(
    ["", "marker*", "call password", "Ann", "hunter22zebra", "[name 1]"]
)
questions = st.one_of(
    st.tuples(
        st.just("search_messages"),
        st.fixed_dictionaries(
            {"query": words, "limit": st.integers(1, 20)},
            optional={
                "person": st.sampled_from([*PEOPLE, *PEOPLE.values(), "[phone 1]"]),
                "own": st.booleans(),
                "after": st.just("2024-05-03"),
                "before": st.just("2024-06-20"),
            },
        ),
    ),
    st.tuples(
        st.just("read_conversation"),
        st.fixed_dictionaries(
            {"conversation": st.integers(-1, 6), "limit": st.integers(1, 100)},
            optional={"start": st.integers(0, 30), "around": st.just("2024-05-20")},
        ),
    ),
    st.tuples(
        st.just("list_conversations"),
        st.fixed_dictionaries({}, optional={"person": st.sampled_from([*PEOPLE])}),
    ),
)


def write(path: Path, said: list[tuple[int, int, str | None]]) -> list[str]:
    """Write messages, each with a word of its own; return these words."""
    with ChatDatabaseWriter(path) as db:
        handles = [db.handle(address) for address in PEOPLE.values()]
        chats = [db.chat(handle) for handle in handles]
        chats.append(db.chat(*handles, display_name="Ann Archer 415-555-0188"))
        for n, (chat, day, secret) in enumerate(said):
            private = secret.format(SECRETS[secret]) if secret else ""
            db.message(
                chats[chat],
                f"marker{n}q {private}",
                sender=handles[n % GROUP if chat == GROUP else chat] if n % 2 else None,
                at=NOON + timedelta(days=day, seconds=n),
            )
    return [f"marker{n}q" for n in range(len(said))]


def toolkit_of(path: Path, case: dict[str, Any]) -> IMessageToolkit:
    names = {address: name for name, address in PEOPLE.items()}
    chats, first, last = case["chats"], case["first"], case["last"]
    scope = Scope(
        chats=lambda chat: (GROUP if chat.is_group else chat.rowids[0] - 1) in chats,
        people=case["people"],
        groups=case["groups"],
        after=None if first is None else NOON + timedelta(days=first),
        before=None if last is None else NOON + timedelta(days=last),
    )
    return IMessageToolkit(IMessageChatLoader(path, contacts=names), scope=scope)


def is_in_scope(chat: int, day: int, case: dict[str, Any]) -> bool:
    first, last, people = case["first"], case["last"], case["people"]
    is_group = chat == GROUP
    return (
        chat in case["chats"]
        and (
            people is None or (bool(people) if is_group else [*PEOPLE][chat] in people)
        )
        and (case["groups"] is None or case["groups"] == is_group)
        and (first is None or day >= first)
        and (last is None or day < last)
    )


def check(answers: list[str], markers: list[str], case: dict[str, Any]) -> None:
    for answer in answers:
        for marker, (chat, day, _) in zip(markers, case["said"], strict=True):
            if f"{marker} " in answer:
                assert is_in_scope(chat, day, case)
        for secret in (*SECRETS.values(), *PEOPLE, *PEOPLE.values(), "Archer", "Baker"):
            assert secret not in answer


cases = st.fixed_dictionaries(
    {
        "said": talks,
        "chats": st.lists(st.integers(0, GROUP), max_size=4),
        "people": st.one_of(
            st.none(), st.lists(st.sampled_from([*PEOPLE]), max_size=2)
        ),
        "groups": st.one_of(st.none(), st.booleans()),
        "first": moments,
        "last": moments,
        "asked": st.lists(questions, min_size=1, max_size=5),
    }
)

everything = {
    "said": [
        (chat, day, secret)
        for chat in range(GROUP + 1)
        for day, secret in zip(itertools.count(0, 5), [*SECRETS, None])
    ],
    "chats": [*range(GROUP + 1)],
    "people": None,
    "groups": None,
    "first": None,
    "last": None,
    "asked": [
        ("list_conversations", {}),
        ("search_messages", {"query": "", "limit": 20}),
        ("search_messages", {"query": "hunter22zebra password", "limit": 20}),
        ("search_messages", {"query": "Ann call", "person": "Ann Archer", "limit": 20}),
        *(
            ("read_conversation", {"conversation": n, "limit": 100})
            for n in range(1, 5)
        ),
    ],
}
narrow: list[dict[str, Any]] = [
    {"chats": [0]},
    {"people": ["Ann Archer"]},
    {"groups": False},
    {"first": 10},
    {"last": 10},
]


def examples(test: Any) -> Any:
    """Begin with all there is, and with each way to have less of it."""
    for change in [*narrow, {}]:
        test = example(case={**everything, **change})(test)
    return test


few = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.slow
@few
@examples
@given(case=cases)
def test_the_toolkit(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / f"{next(_COUNTER)}.db"
    markers = write(path, case["said"])
    tools = {tool.name: tool for tool in toolkit_of(path, case).get_tools()}
    answers = [str(tools[name].invoke(how)) for name, how in case["asked"]]
    check(answers, markers, case)


@pytest.mark.slow
@settings(few, max_examples=3)
@examples
@given(case=cases)
def test_the_server(case: dict[str, Any], tmp_path: Path) -> None:
    mcp = pytest.importorskip("mcp")
    path = tmp_path / f"{next(_COUNTER)}.db"
    markers = write(path, case["said"])
    toolkit = toolkit_of(path, case)

    async def ask() -> list[str]:
        async with mcp.Client(mcp_server(toolkit)) as client:
            results = [await client.call_tool(name, how) for name, how in case["asked"]]
            return [result.content[0].text for result in results]

    check(asyncio.run(ask()), markers, case)
