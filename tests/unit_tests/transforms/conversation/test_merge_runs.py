"""Claims about merging runs; what langchain_community does is in test_with_langchain."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from typing_extensions import override

from langchain_imessage.chat_loaders import utils
from langchain_imessage.transforms import merge_chat_runs, merge_chat_runs_in_session
from langchain_imessage.transforms.conversation._joined_texts import join_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.chat_sessions import ChatSession

BLANKS = st.text(" \t\n\x1c\x85\xa0\u200b\u2028ab", max_size=4)


def said(content: Any, sender: str | None = "Me", **kwargs: Any) -> HumanMessage:
    return HumanMessage(content, additional_kwargs={"sender": sender, **kwargs})


def named(text: str, seconds: int, sender: str = "Me") -> HumanMessage:
    sent_at = datetime.fromtimestamp(seconds, UTC)
    kwargs = {"sender": sender, "sent_at": sent_at}
    return HumanMessage(text, id=text, additional_kwargs=kwargs)


def merged(*messages: BaseMessage) -> list[BaseMessage]:
    return list(merge_chat_runs_in_session({"messages": messages})["messages"])


def texts(*messages: BaseMessage) -> list[Any]:
    return [message.content for message in merged(*messages)]


class CountingDelimiter(str):
    """A delimiter that adds up how many characters were copied to put it in place."""

    __slots__ = ("copied",)

    def __init__(self, _: str) -> None:
        self.copied = 0

    @override
    def __add__(self, right: str) -> str:
        self.copied += len(right)
        return str(self) + right

    def __radd__(self, left: str) -> str:
        self.copied += len(left)
        return left + str(self)

    @override
    def join(self, _: object) -> NoReturn:
        raise AssertionError("joined without counting")

    @override
    def __str__(self) -> str:
        return "".join(self)


def test_a_run_is_joined_with_a_blank_line() -> None:
    assert texts(said("a"), said("b"), said("c")) == ["a\n\nb\n\nc"]


def test_a_run_ends_where_the_sender_changes() -> None:
    found = texts(said("a"), said("b"), said("c", "Tortoise"), said("d"))
    assert found == ["a\n\nb", "c", "d"]


def test_a_run_ends_where_the_type_changes() -> None:
    ai = AIMessage("b", additional_kwargs={"sender": "Me"})
    assert texts(said("a"), ai, said("c")) == ["a", "b", "c"]


def test_nobody_has_no_runs() -> None:
    assert texts(said("a", None), said("b", None), HumanMessage("c")) == ["a", "b", "c"]


def test_an_empty_session_stays_empty() -> None:
    assert merged() == []


@given(st.lists(BLANKS, min_size=2, max_size=6), BLANKS)
def test_joining_equals_the_repeated_strip(contents: list[str], delimiter: str) -> None:
    expected = contents[0]
    for content in contents[1:]:
        expected = (expected + delimiter + content).strip()
    assert join_texts(contents, delimiter) == expected


@pytest.mark.slow
@pytest.mark.parametrize("content", ["a", " "])
def test_a_long_run_merges_in_linear_time(content: str) -> None:
    """Each character is copied a constant number of times to be joined."""
    run: ChatSession = {"messages": [said(content)] * 200_000}
    delimiter = CountingDelimiter(" / " if content.strip() else "")
    (message,) = merge_chat_runs_in_session(run, delimiter)["messages"]
    assert message.content == " / ".join("a" * 200_000) * bool(content.strip())
    assert delimiter.copied == 199_999


def test_the_counting_delimiter_sees_quadratic_work() -> None:
    delimiter, joined = CountingDelimiter("/"), "a"
    for _ in range(199):
        joined = (joined + delimiter + "a").strip()
    assert delimiter.copied > 200**2 / 2


def test_lists_are_joined_over_a_run() -> None:
    run = said("a", events=[1], edits=[2]), said("b", events=[3], edits=[4])
    (message,) = merged(*run, said("c", events=[5]))
    assert message.additional_kwargs == {
        "sender": "Me",
        "events": [1, 3, 5],
        "edits": [2, 4],
    }


def test_a_list_only_later_messages_have_is_taken_over() -> None:
    (message,) = merged(said("a"), said("b", reactions=[1]), said("c", reactions=[2]))
    assert message.additional_kwargs["reactions"] == [1, 2]


def test_what_is_no_list_is_the_first_messages() -> None:
    (message,) = merged(said("a", time=1, odd=None), said("b", time=2, odd=[3], new=4))
    assert message.additional_kwargs == {"sender": "Me", "time": 1, "odd": None}


def test_a_merged_message_is_its_first_in_all_else() -> None:
    kwargs = {"sender": "Me"}
    first = AIMessage(
        "a",
        additional_kwargs=kwargs,
        id="1",
        name="Tortoise",
        response_metadata={"model": "m"},
    )
    (message,) = merged(first, AIMessage("b", additional_kwargs=kwargs, id="2"))
    assert message.additional_kwargs.pop("ids") == ["1", "2"]
    assert message == first.model_copy(update={"content": "a\n\nb"})
    assert type(message) is AIMessage


def test_a_merged_message_names_all_it_was_made_of() -> None:
    once = merge_chat_runs_in_session(
        {"messages": [named("a", 0), named("b", 1), named("c", 2, "Tortoise")]}
    )
    ann, tortoise = once["messages"]
    assert ann.additional_kwargs["ids"] == ["a", "b"]
    assert "ids" not in tortoise.additional_kwargs
    (again,) = merged(ann, named("d", 3))
    assert again.additional_kwargs["ids"] == ["a", "b", "d"]


def test_images_stay_where_they_are_among_the_words_of_a_run() -> None:
    image = {"type": "image", "url": "https://example.com/cat.png"}
    (message,) = merged(said("a"), said("b"), said([image, "c"]), said("d"))
    words = [{"type": "text", "text": text} for text in ("a\n\nb", "c\n\nd")]
    assert message.content == [words[0], image, words[1]]
    assert merged(alone := said([image, "c"])) == [alone]
    assert merged(alone)[0] is alone


@pytest.mark.parametrize(
    ("ids", "later", "expected"),
    [
        (None, ["c", "d"], ["a", "c", "d"]),
        ("no list", ["c", "d"], ["a", "c", "d"]),
        (["x", "y"], None, ["x", "y", "b"]),
        (None, [], ["a", "b"]),
    ],
)
def test_ids_are_those_a_message_names_or_its_own(
    ids: Any, later: Any, expected: list[str]
) -> None:
    one, two = said("Hi"), said("there")
    one.id, two.id = "a", "b"
    for message, own in ((one, ids), (two, later)):
        if own is not None:
            message.additional_kwargs["ids"] = own
    (message,) = merged(one, two)
    assert message.additional_kwargs["ids"] == expected


def test_a_message_without_an_id_adds_none() -> None:
    (message,) = merged(named("a", 0), said("b", "Me"))
    assert message.additional_kwargs["ids"] == ["a"]


def test_a_list_of_a_kind_of_its_own_is_joined_too() -> None:
    class Events(list[Any]):
        pass

    one, two = said("Hi"), said("there")
    one.additional_kwargs["events"] = Events([0])
    two.additional_kwargs["events"] = Events([1])
    (message,) = merged(one, two)
    assert message.additional_kwargs["events"] == [0, 1]
    assert one.additional_kwargs["events"] == [0]


def test_a_merged_message_whose_parts_have_no_ids_has_none() -> None:
    (message,) = merged(said("a"), said("b"))
    assert "ids" not in message.additional_kwargs


def test_a_pause_ends_a_run_that_must_be_within_less() -> None:
    run = [named("a", 0), named("b", 300), named("c", 601)]
    session: ChatSession = {"messages": run}
    five = timedelta(minutes=5)
    (found,) = merge_chat_runs([session], within=five, delimiter="\n")
    assert [m.content for m in found["messages"]] == ["a\nb", "c"]
    (found,) = merge_chat_runs([session], delimiter="\n")
    assert [m.content for m in found["messages"]] == ["a\nb\nc"]


def test_a_message_without_a_time_ends_no_run() -> None:
    run = [named("a", 0), said("b"), named("c", 10**6)]
    session = merge_chat_runs_in_session({"messages": run}, within=timedelta(0))
    assert [m.content for m in session["messages"]] == ["a\n\nb\n\nc"]


def test_nothing_given_is_changed() -> None:
    blocks = [{"type": "text", "text": "c"}]
    messages = [
        said("a", events=[1]),
        said("b", events=[2], edits=[3]),
        said("c", edits=[4]),
        said(blocks, "Tortoise", events=[5]),
    ]
    session: ChatSession = {"messages": messages, "functions": [{"name": "f"}]}
    before = deepcopy(session)
    merge_chat_runs_in_session(session)
    assert session == before


def test_a_merged_message_shares_no_list_with_what_was_given() -> None:
    later = said("b", edits=[2])
    first = said("a", events=[1])
    (message,) = merged(first, later)
    message.additional_kwargs["events"].append(3)
    message.additional_kwargs["edits"].append(3)
    assert first.additional_kwargs["events"] == [1]
    assert later.additional_kwargs["edits"] == [2]


def test_a_message_that_merges_with_nothing_is_passed_on_as_it_is() -> None:
    alone, padded = said("a"), said(" b ", "Tortoise")
    first, second = merged(alone, padded)
    assert first is alone
    assert second is padded


def test_blocks_are_flattened_to_their_text() -> None:
    blocks = ["a", {"type": "text", "text": "b"}, {"type": "image"}, {"text": None}]
    given_ = said(blocks)
    (message,) = merged(given_)
    assert message.content == "ab"
    assert given_.content == blocks


def test_flattened_messages_merge() -> None:
    assert texts(said(["a"]), said([{"text": "b"}]), said([])) == ["a\n\nb"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [({"secret": 1}, "dict"), ([7], "int"), ([{"text": ["secret"]}], "list")],
)
def test_content_of_another_type_is_refused_by_its_type(
    content: Any, kind: str
) -> None:
    message = HumanMessage.model_construct(content=content, additional_kwargs={})
    with pytest.raises(ValueError, match=f"content type string, got {kind}$"):
        merged(message)


def test_the_sessions_other_keys_travel_along() -> None:
    session: Any = {"messages": [], "functions": [{}], "chat": {"name": "x"}}
    assert merge_chat_runs_in_session(session) == session


def test_one_session_is_taken_at_a_time() -> None:
    taken = []

    def sessions() -> Iterator[ChatSession]:
        for number in range(3):
            taken.append(number)
            yield {"messages": [said("a"), said("b")]}

    stream = merge_chat_runs(sessions())
    assert taken == []
    assert next(stream)["messages"][0].content == "a\n\nb"
    assert taken == [0]


def test_the_old_path_has_the_same_functions() -> None:
    assert utils.merge_chat_runs is merge_chat_runs
    assert utils.merge_chat_runs_in_session is merge_chat_runs_in_session
