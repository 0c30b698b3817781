"""Claims about the file of training examples."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
)

from langchain_imessage import IMessageChatLoader, map_ai_messages, merge_chat_runs
from langchain_imessage.adapters.openai import convert_message_to_dict
from langchain_imessage.datasets import write_jsonl
from langchain_imessage.datasets.targets import _openai_jsonl
from langchain_imessage.errors import ExportError
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "train.jsonl"


def session_of(content: Any) -> ChatSession:
    return {"messages": [HumanMessage("hi"), AIMessage(content)]}


def written(content: str, target: Path) -> str:
    """Write one example, and read back what the assistant says in it."""
    write_jsonl([session_of(content)], target)
    (line,) = target.read_text("utf-8").splitlines()
    return str(json.loads(line)["messages"][1]["content"])


def test_each_example_is_a_line(target: Path) -> None:
    left_out: ChatSession = {"messages": [HumanMessage("alone")]}
    assert write_jsonl([session_of("a"), left_out, session_of("b")], target) == 2
    hi = '{"role": "user", "content": "hi"}'
    assert target.read_bytes().decode("ascii") == "".join(
        f'{{"messages": [{hi}, {{"role": "assistant", "content": "{said}"}}]}}\n'
        for said in "ab"
    )


def test_no_sessions_make_an_empty_file(target: Path) -> None:
    assert write_jsonl([], target) == 0
    assert target.read_bytes() == b""


def test_a_path_may_be_text(target: Path) -> None:
    assert write_jsonl([session_of("a")], str(target)) == 1
    assert target.exists()


@pytest.mark.parametrize("said", ["\u2028 \u2029 \x85", "é 🐕", "a\\ud83d", "\r\n\0"])
def test_every_text_comes_back_from_one_line(said: str, target: Path) -> None:
    assert written(said, target) == said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a\ud83d", "a\ufffd"),
        ("\udc15b", "\ufffdb"),
        ("\ud83d\ud83d\udc15", "\ufffd🐕"),
        ("\\\ud83d", "\\\ufffd"),
        ("\\\\\udc15🐕", "\\\\\ufffd🐕"),
    ],
)
def test_a_lone_surrogate_becomes_a_replacement_character(
    said: str, expected: str, target: Path
) -> None:
    assert written(said, target) == expected


@given(st.text(st.sampled_from(["\\", "u", "d", "8", "\ud83d", "\udc15", "🐕", '"'])))
def test_a_line_holds_what_utf_16_makes_of_the_text(said: str) -> None:
    line = _openai_jsonl._to_json({"said": said}, line=1, path=None)  # type: ignore[arg-type]
    encoded = said.encode("utf-16-le", "surrogatepass")
    assert json.loads(line) == {"said": encoded.decode("utf-16-le", "replace")}


PIECES = st.sampled_from(["\\", "ud83d", '"', "\n", "é", "\ud83d", "\udc15", "🐕"])
TEXTS = st.lists(PIECES).map("".join)
BLOCKS = st.lists(
    TEXTS | st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS})
)
KINDS = (HumanMessage, AIMessage, SystemMessage, AIMessageChunk, FunctionMessage)
EXTRAS = ("name", "function_call", "tool_calls", "context", "sender")


def assert_written_as_its_dictionary(message: BaseMessage) -> None:
    where: Any = {"line": 1, "path": None}
    short = _openai_jsonl._message_to_json(message, **where)
    assert short == _openai_jsonl._to_json(convert_message_to_dict(message), **where)


@pytest.mark.parametrize("kind", KINDS)
@given(content=TEXTS | BLOCKS)
def test_a_message_is_written_as_its_dictionary_is(
    kind: type[BaseMessage], content: Any
) -> None:
    """The short way of a plain message gives, byte for byte, what the long one gives."""
    assert_written_as_its_dictionary(kind(content, name="x"))


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_is_more_than_words_is_written_with_all_it_is(
    kind: type[BaseMessage], extra: str
) -> None:
    message = kind("words", name="x")
    message.additional_kwargs[extra] = ["value"]
    assert_written_as_its_dictionary(message)


def test_a_line_is_what_json_makes_of_the_example(target: Path) -> None:
    session = session_of("Hello. 🐕")
    session["messages"] = [SystemMessage("é"), *session["messages"]]
    write_jsonl([session], target)
    example = [convert_message_to_dict(message) for message in session["messages"]]
    assert target.read_text("ascii") == json.dumps({"messages": example}) + "\n"


def test_a_plain_message_is_written_without_a_dictionary(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of("Hello. 🐕")
    session["messages"] = [SystemMessage("é"), *session["messages"]]
    monkeypatch.setattr(_openai_jsonl, "convert_message_to_dict", None)
    assert write_jsonl([session], target) == 1


def test_the_file_is_its_owners_only(target: Path) -> None:
    target.touch(0o644)
    before = os.umask(0)
    try:
        write_jsonl([session_of("a")], target)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_keeps_pointing_at_what_is_written(tmp_path: Path, target: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    write_jsonl([session_of("a")], link)
    assert link.is_symlink()
    assert target.is_file()


def test_a_failure_leaves_what_was_there_and_nothing_else(target: Path) -> None:
    target.write_text("before")

    def sessions() -> Iterator[ChatSession]:
        yield session_of("a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_jsonl(sessions(), target)
    assert target.read_text() == "before"
    assert list(target.parent.iterdir()) == [target]


def test_a_kind_without_a_role_leaves_no_file(target: Path) -> None:
    session: ChatSession = {"messages": [AIMessage("a"), RemoveMessage(id="1")]}
    with pytest.raises(TypeError):
        write_jsonl([session], target)
    assert list(target.parent.iterdir()) == []


def test_sessions_are_taken_one_at_a_time(target: Path) -> None:
    """While the second is asked for, the first is already on its way to the file."""
    seen = []

    def sessions() -> Iterator[ChatSession]:
        yield session_of("x" * 200_000)
        (part,) = target.parent.iterdir()
        seen.append(part.stat().st_size)
        yield session_of("b")

    write_jsonl(sessions(), target)
    assert seen[0] > 0


def _endless() -> list[Any]:
    blocks: list[Any] = [{"type": "text"}]
    blocks[0]["text"] = blocks
    return blocks


def _deep() -> list[Any]:
    blocks: list[Any] = []
    for _ in range(100_000):
        blocks = [blocks]
    return blocks


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "secret", "at": datetime(2024, 5, 1, tzinfo=UTC)}],
        [{"type": "secret", "at": float("nan")}],
        _endless(),
        _deep(),
    ],
    ids=["type", "nan", "endless", "deep"],
)
def test_what_json_cannot_express_is_refused_by_its_line(
    content: list[Any], target: Path
) -> None:
    message = AIMessage("").model_copy(update={"content": content})
    broken: ChatSession = {"messages": [message]}
    left_out: ChatSession = {"messages": [HumanMessage("alone")]}
    with pytest.raises(ExportError, match=r"^Example 2 ") as caught:
        write_jsonl([session_of("a"), left_out, broken], target)
    assert (caught.value.line, caught.value.path) == (2, target)
    assert "secret" not in str(caught.value)
    assert list(target.parent.iterdir()) == []


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not a file") as caught:
        write_jsonl([session_of("a")], tmp_path)
    assert caught.value.path == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_stream_of_texts_is_written_as_its_sessions_are(
    target: Path, path: Path
) -> None:
    loader = IMessageChatLoader(write_sample(path))

    def mapped() -> Iterator[ChatSession]:
        return map_ai_messages(merge_chat_runs(loader.lazy_load()), "Tortoise")

    assert write_jsonl(mapped(), target) == 10
    streamed = target.read_bytes()
    assert write_jsonl(list(mapped()), target) == 10
    assert target.read_bytes() == streamed
