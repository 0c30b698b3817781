"""Models, chat and moderation of the fine-tuning server, as OpenAI's own client sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import (
    ROWS,
    ask,
    connect,
    row,
    tuned,
)

from langchain_imessage import (
    IMessageChatLoader,
    convert_messages_for_finetuning,
    map_ai_messages,
    merge_chat_runs,
)
from langchain_imessage.testing import FineTuningServer, write_sample

if TYPE_CHECKING:
    from pathlib import Path


openai = pytest.importorskip("openai")


def test_a_model_that_was_not_tuned_says_what_it_is(client: Any) -> None:
    assert "parrot, not a model" in ask(client, "gpt-4o-mini", "Who are you?")
    assert client.models.retrieve("gpt-4o-mini").owned_by == "a-parrot-not-a-model"


def test_only_the_models_there_are_answer(client: Any) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client, "ft:gpt-4o:parrot::none", "Hi!")
    assert caught.value.code == "model_not_found"
    with (
        FineTuningServer(models=["tiny"]) as server,
        connect(server) as other,
        pytest.raises(openai.NotFoundError),
    ):
        ask(other, "gpt-4o", "Hi!")


def test_a_deleted_model_is_gone(client: Any) -> None:
    model = tuned(client)
    assert model in [each.id for each in client.models.list()]
    client.models.delete(model)
    for gone in (client.models.retrieve, client.models.delete):
        with pytest.raises(openai.NotFoundError):
            gone(model)


def test_a_streamed_answer_is_the_same_in_pieces(client: Any) -> None:
    model = tuned(client, [*ROWS, row("Sing!", "la  la\n\nla ")])
    messages = [{"role": "user", "content": "sing"}]
    create = client.chat.completions.create
    options = {"include_usage": True}
    *pieces, last = create(
        model=model, messages=messages, stream=True, stream_options=options
    )
    deltas = [piece.choices[0].delta for piece in pieces]
    assert deltas[0].role == "assistant"
    assert [delta.content or "" for delta in deltas if delta.content] == [
        "la",
        "  la",
        "\n\nla ",
    ]
    assert pieces[-1].choices[0].finish_reason == "stop"
    assert (last.choices, last.usage.completion_tokens) == ([], 3)
    (whole,) = create(model=model, messages=messages).choices
    assert whole.message.content == "la  la\n\nla "


def test_an_answer_is_no_longer_than_allowed(client: Any) -> None:
    messages = [{"role": "user", "content": "Hi!"}]
    for name in ("max_tokens", "max_completion_tokens"):
        answer = client.chat.completions.create(
            model="gpt-4o", messages=messages, **{name: 4}
        )
        assert answer.choices[0].message.content == "I am a parrot,"
        assert answer.choices[0].finish_reason == "length"


@pytest.mark.parametrize(
    ("messages", "param"),
    [
        ([], "messages"),
        ([{"role": "user", "content": "Hi!", "name": "Zoë"}], "messages[0]"),
        ([{"role": "pope", "content": "Hi!"}], "messages[0]"),
    ],
)
def test_bad_messages_are_refused(client: Any, messages: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="gpt-4o", messages=messages)
    assert caught.value.param == param


def test_moderation_flags_the_words_it_was_given(client: Any) -> None:
    create = client.moderations.create
    texts = ["So DARNED slow", "So slow", "A c*rse"]
    results = create(input=texts).results
    assert [result.flagged for result in results] == [True, False, True]
    assert results[0].categories.harassment
    (one,) = create(input=[{"type": "text", "text": "darned"}]).results
    assert one.flagged
    for bad in ([], [1]):
        with pytest.raises(openai.BadRequestError):
            create(input=bad)


def test_the_sample_gives_the_tortoise_its_voice(client: Any, tmp_path: Path) -> None:
    loader = IMessageChatLoader(write_sample(tmp_path / "chat.db"))
    sessions = map_ai_messages(merge_chat_runs(loader.lazy_load()), sender="Tortoise")
    rows = [{"messages": m} for m in convert_messages_for_finetuning(sessions)]
    assert len(rows) == 10
    model = tuned(client, rows, model="gpt-3.5-turbo")
    answer = ask(client, model, "What's the golden thread?")
    assert answer == "The one you keep hold of when the path turns dark."


def test_as_many_answers_come_as_are_asked_for(client: Any) -> None:
    answer = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], n=3
    )
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    pieces = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], n=2, stream=True
    )
    assert {choice.index for piece in pieces for choice in piece.choices} == {0, 1}


@pytest.mark.parametrize("stop", ["parrot", ["model", "parrot"]])
def test_an_answer_ends_before_a_stop(stop: Any, client: Any) -> None:
    answer = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], stop=stop
    )
    assert answer.choices[0].message.content == "I am a "
    assert answer.choices[0].finish_reason == "stop"


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 2.1},
        {"top_p": 1.1},
        {"presence_penalty": -3},
        {"frequency_penalty": 3},
        {"n": 0},
        {"n": 129},
        {"stop": ["a", "b", "c", "d", "e"]},
        {"stop": 5},
        {"stream_options": {"include_usage": True}},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], client: Any) -> None:
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], **options
        )


def test_only_the_last_piece_has_the_usage(client: Any) -> None:
    *pieces, last = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    assert last.usage.completion_tokens > 0
    assert {piece.usage for piece in pieces} == {None}
    assert all("usage" in piece.model_fields_set for piece in pieces)
