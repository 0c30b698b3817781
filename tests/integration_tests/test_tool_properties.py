"""Whatever is asked of the tools: nothing out of scope, and no secret while redacting."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
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
_COUNTER = itertools.count()

talks = st.lists(
    st.tuples(
        st.integers(0, 3),  # the chat; the last one is everybody's
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
                sender=handles[n % 3 if chat == 3 else chat] if n % 2 else None,
                at=NOON + timedelta(days=day, seconds=n),
            )
    return [f"marker{n}q" for n in range(len(said))]


def toolkit_of(path: Path, case: dict[str, Any]) -> IMessageToolkit:
    names = {address: name for name, address in PEOPLE.items()}
    chats, first, last = case["chats"], case["first"], case["last"]
    scope = Scope(
        chats=lambda chat: (3 if chat.is_group else chat.rowids[0] - 1) in chats,
        after=None if first is None else NOON + timedelta(days=first),
        before=None if last is None else NOON + timedelta(days=last),
    )
    return IMessageToolkit(IMessageChatLoader(path, contacts=names), scope=scope)


def check(answers: list[str], markers: list[str], case: dict[str, Any]) -> None:
    first, last = case["first"], case["last"]
    for answer in answers:
        for marker, (chat, day, _) in zip(markers, case["said"], strict=True):
            if f"{marker} " in answer:
                assert chat in case["chats"]
                assert first is None or day >= first
                assert last is None or day < last
        for secret in (*SECRETS.values(), *PEOPLE, *PEOPLE.values(), "Archer", "Baker"):
            assert secret not in answer


cases = st.fixed_dictionaries(
    {
        "said": talks,
        "chats": st.lists(st.integers(0, 3), max_size=4),
        "first": moments,
        "last": moments,
        "asked": st.lists(questions, min_size=1, max_size=5),
    }
)
few = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.slow
@few
@given(case=cases)
def test_the_toolkit(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / f"{next(_COUNTER)}.db"
    markers = write(path, case["said"])
    tools = {tool.name: tool for tool in toolkit_of(path, case).get_tools()}
    answers = [str(tools[name].invoke(how)) for name, how in case["asked"]]
    check(answers, markers, case)


@pytest.mark.slow
@settings(few, max_examples=5)
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
