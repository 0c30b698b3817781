"""What is written of texts is what is written of messages, and no message is made for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_imessage import (
    IMessageChatLoader,
    map_ai_messages,
    merge_chat_runs,
    write_jsonl,
)
from langchain_imessage.chat_loaders._loaded_sessions import LoadedSessions
from langchain_imessage.chat_loaders._messages import to_session
from langchain_imessage.records import Chat, Conversation, Message
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

TEXTS = st.sampled_from(["", " ", "hi", " two\nlines ", "🐕", "\ud83d", "\u2028é"])
IMAGE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
MESSAGES = st.builds(
    Message,
    rowid=st.just(1),
    guid=st.none() | st.just("guid"),
    date=st.none(),
    sent_at=st.none(),
    text=TEXTS,
    sender=st.sampled_from([None, "", "Ann", "Bob", "Me"]),
    is_from_me=st.booleans(),
    person=st.sampled_from([None, None, "person 1"]),
    content=st.sampled_from([None, None, None, "other words", IMAGE]),
)
CONVERSATIONS = st.lists(
    st.builds(
        Conversation,
        chat=st.builds(Chat, rowids=st.just((1,)), is_self=st.booleans()),
        messages=st.lists(MESSAGES, max_size=8).map(tuple),
    ),
    max_size=4,
)


def stream(conversations: Sequence[Conversation]) -> LoadedSessions:
    """Return a stream of the sessions of conversations."""

    def read() -> Generator[Conversation]:
        yield from conversations

    make = partial(to_session, own_name="Me")
    return LoadedSessions(read(), make, own_name="Me", runs_callers_code=False)


def written(sessions: Iterable[ChatSession], path: Path) -> tuple[int, bytes]:
    """Write sessions; return what was said, and the file."""
    return write_jsonl(sessions, path), path.read_bytes()


def steps(
    sessions: Iterable[ChatSession], *, is_merged: bool, **options: Any
) -> Iterable[ChatSession]:
    """Merge sessions, or not, and say whose voice is the AI's."""
    merged = merge_chat_runs(sessions, **options) if is_merged else sessions
    return map_ai_messages(merged, sender="Me")


@pytest.mark.filterwarnings("ignore:No message is from")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conversations=CONVERSATIONS,
    delimiter=st.sampled_from(["\n\n", "\n", "", " / "]),
    is_merged=st.booleans(),
)
def test_texts_are_written_as_messages_are(
    conversations: list[Conversation],
    delimiter: str,
    is_merged: bool,
    tmp_path: Path,
) -> None:
    options = {"delimiter": delimiter} if is_merged else {}
    of_texts = steps(stream(conversations), is_merged=is_merged, **options)
    of_messages = steps([*stream(conversations)], is_merged=is_merged, **options)
    found = written(of_texts, tmp_path / "texts.jsonl")
    assert found == written(of_messages, tmp_path / "messages.jsonl")


def test_no_message_is_made_where_nobody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = IMessageChatLoader(write_sample(tmp_path / "chat.db"))
    voice = "Tortoise"
    of_messages = map_ai_messages(merge_chat_runs(loader.load()), voice)
    expected = written(of_messages, tmp_path / "messages.jsonl")
    monkeypatch.setattr(IMessageChatLoader, "_session", None)
    of_texts = map_ai_messages(merge_chat_runs(loader.lazy_load()), voice)
    assert written(of_texts, tmp_path / "texts.jsonl") == expected
    assert expected[0] > 1


def test_a_pause_ends_a_run_of_texts_too(tmp_path: Path) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    messages = tuple(
        Message(1, None, None, noon + timedelta(hours=n), f"{n}", None, is_from_me=True)
        for n in range(2)
    )
    one = Conversation(chat=Chat(rowids=(1,)), messages=messages)
    for within, turns in ((timedelta(minutes=9), 2), (timedelta(hours=9), 1)):
        sessions = steps(stream([one]), is_merged=True, within=within)
        _, file = written(sessions, tmp_path / "train.jsonl")
        assert file.count(b"assistant") == turns


def test_what_was_taken_before_is_not_written(tmp_path: Path) -> None:
    chat = Chat(rowids=(1,))
    said = [
        Message(1, None, None, None, text, None, is_from_me=True)
        for text in ("first", "second")
    ]
    conversations = [Conversation(chat=chat, messages=(one,)) for one in said]
    sessions = map_ai_messages(stream(conversations), sender="Me")
    assert next(sessions)["messages"][0].content == "first"
    count, file = written(sessions, tmp_path / "train.jsonl")
    assert count == 1
    assert b"second" in file
    assert next(sessions, None) is None


def test_a_sender_who_wrote_nothing_is_warned_of_once(tmp_path: Path) -> None:
    hi = Message(1, None, None, None, "hi", "Ann", is_from_me=False)
    conversations = [Conversation(chat=Chat(rowids=(1,)), messages=(hi, hi))]
    sessions = map_ai_messages(stream(conversations), sender="Me")
    with pytest.warns(UserWarning, match="There is 1 sender"):
        assert write_jsonl(sessions, tmp_path / "train.jsonl") == 0
    assert list(sessions) == []  # every other warning is an error


def test_closing_the_last_step_closes_what_is_read() -> None:
    is_open = True

    def read() -> Generator[Conversation]:
        nonlocal is_open
        try:
            yield Conversation(chat=Chat(rowids=(1,)), messages=())
        finally:
            is_open = False

    make = partial(to_session, own_name="Me")
    loaded = LoadedSessions(read(), make, own_name="Me", runs_callers_code=False)
    sessions: Any = steps(loaded, is_merged=True)
    next(sessions)
    assert is_open
    sessions.close()
    assert not is_open


def test_all_messages_share_one_text_for_their_service(tmp_path: Path) -> None:
    """A text for each of a million messages would take 60 MB."""
    sessions = IMessageChatLoader(write_sample(tmp_path / "chat.db")).load()
    found = [m.additional_kwargs["service"] for s in sessions for m in s["messages"]]
    assert len({id(service) for service in found}) == len(set(found)) < len(found)
