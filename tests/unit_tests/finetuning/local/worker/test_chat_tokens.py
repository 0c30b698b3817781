"""What a model is asked with and what it answers, by templates of each kind, token by token."""

from __future__ import annotations

from typing import Any

import pytest
from chat_templates import Letters, spelt, talk

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens

TALK = talk("ok", "ok", "Answer?", "no\nnever", system="Be brief")
THINKS = {"thinking": "<t>\n\n</t>\n\n", "end": ".\n"}
"""As Qwen3: an empty thinking before the last answer only, and a line break behind all."""


def turns(tokenizer: Letters) -> list[tuple[str, str, bool]]:
    return [
        (spelt(turn.prompt), spelt(turn.answer), turn.follows)
        for turn in ChatTokens(tokenizer).turns(TALK)
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            {},
            [
                ("[s]Be brief.[u]ok.[a]", "ok.", True),
                ("[u]Answer?.[a]", "no\nnever.", True),
            ],
        ),
        (
            THINKS,
            [
                ("[s]Be brief.[u]ok.[a]<t>\n\n</t>\n\n", "ok.", True),
                ("\n[u]Answer?.[a]<t>\n\n</t>\n\n", "no\nnever.", True),
            ],
        ),
        (  # as gpt-oss: the last answer ends in another way
            {"end": "<end>", "last_end": "<return>"},
            [
                ("[s]Be brief.[u]ok.[a]", "ok<return>", True),
                (
                    "[s]Be brief.[u]ok.[a]ok<end>[u]Answer?.[a]",
                    "no\nnever<return>",
                    False,
                ),
            ],
        ),
        (  # as Phi: the model's own end behind the template's, once
            {"last_end": ".\n$"},
            [
                ("[s]Be brief.[u]ok.[a]", "ok.", True),
                ("[u]Answer?.[a]", "no\nnever.", True),
            ],
        ),
        (  # as GLM: a line break first, and nothing that ends an answer
            {"end": "", "gap": "\n"},
            [
                ("[s]Be brief.[u]ok.[a]\n", "ok$", True),
                ("[u]Answer?.[a]\n", "no\nnever$", True),
            ],
        ),
        (  # as DeepSeek-R1: a prompt that opens a thinking
            {"opening": "[a]<t>\n"},
            [
                ("[s]Be brief.[u]ok.[a]<t>\n\n</t>\n\n", "ok.", True),
                ("[u]Answer?.[a]<t>\n\n</t>\n\n", "no\nnever.", True),
            ],
        ),
    ],
)
def test_an_answer_stands_behind_what_the_model_is_asked_with(
    template: dict[str, str], expected: list[tuple[str, str, bool]]
) -> None:
    tokenizer = Letters(**template)
    assert turns(tokenizer) == expected
    asked = spelt(ChatTokens(tokenizer).prompt(TALK[:-1]))
    (first_prompt, first_answer, _), (prompt, _, follows) = expected
    assert asked == (first_prompt + first_answer + prompt if follows else prompt)


def test_what_ends_an_answer_ends_it_when_served_too() -> None:
    assert ChatTokens(Letters()).end_tokens() == {ord("$"), ord(".")}
    assert ChatTokens(Letters(end="")).end_tokens() == {ord("$")}


def test_an_answer_is_found_where_a_question_ends_as_it_does() -> None:
    """Also where an earlier message is written in another way than it was learned."""
    messages = talk("a", "ok", "ok", "ok", "ok", "b")
    found = list(ChatTokens(Letters(**THINKS)).turns(messages))
    assert [spelt(turn.prompt) for turn in found[1:]] == [
        "\n[u]ok.[a]<t>\n\n</t>\n\n"
    ] * 2
    assert [spelt(turn.answer) for turn in found] == ["ok.", "ok.", "b."]


def test_what_is_said_before_anybody_asked_is_part_of_the_first_prompt() -> None:
    messages = talk("hi", "Hm?", "yes")[1:]
    opening = ({"role": "assistant", "content": "hello"}, *talk("hi", "yes"))
    (turn,) = ChatTokens(Letters()).turns(opening)
    assert (turn.index, spelt(turn.prompt)) == (2, "[a]hello.[u]hi.[a]")
    assert not list(ChatTokens(Letters()).turns(messages[:1]))


def test_a_conversation_may_begin_later_with_its_system_message() -> None:
    (turn,) = ChatTokens(Letters()).turns(TALK, begin=3)
    assert (turn.index, spelt(turn.prompt)) == (4, "[s]Be brief.[u]Answer?.[a]")


def test_a_template_that_drops_an_answer_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokenizer = Letters()
    monkeypatch.setattr(tokenizer, "apply_chat_template", lambda *_, **__: "[a]")
    with pytest.raises(FineTuningError) as caught:
        list(ChatTokens(tokenizer).turns(TALK))
    assert caught.value.code == "unmaskable"


def test_a_template_that_refuses_is_refused_without_quoting_it() -> None:
    with pytest.raises(FineTuningError, match="system_prompt=None") as caught:
        list(ChatTokens(Letters()).turns(talk("secret", "refused")))
    assert caught.value.code == "chat_template"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("answer", ["r", "return", "u", "n", "<"])
def test_an_answer_whose_letters_are_in_the_mark_behind_it_is_learned(
    answer: str,
) -> None:
    tokenizer = Letters(end="<return>")
    (turn,) = ChatTokens(tokenizer).turns(talk("ok?", answer))
    assert spelt(turn.answer) == f"{answer}<return>"
    assert ChatTokens(tokenizer).end_tokens() == {ord("$"), ord(">")}


def test_what_a_template_writes_before_each_answer_is_asked_with_not_learned() -> None:
    """As gpt-oss, which names the channel that an answer is for."""
    tokenizer = Letters(gap="final:")
    (turn,) = ChatTokens(tokenizer).turns(talk("ok?", "final"))
    assert (spelt(turn.prompt), spelt(turn.answer)) == ("[u]ok?.[a]final:", "final.")
    asked = ChatTokens(tokenizer).prompt(talk("ok?"))
    assert spelt(asked) == "[u]ok?.[a]final:"


def test_blanks_around_an_answer_are_no_part_of_it_or_of_what_is_asked_with() -> None:
    tokenizer = Letters()
    found = list(ChatTokens(tokenizer).turns(talk("a", " b\n", " c ", "d")))
    assert [spelt(turn.answer) for turn in found] == ["b.", "d."]
    assert spelt(found[1].prompt) == "[u] c .[a]"


def test_an_answer_without_a_word_is_none() -> None:
    (turn,) = ChatTokens(Letters()).turns(talk("a", " ", "b", "yes"))
    assert (turn.index, spelt(turn.prompt)) == (3, "[u]a.[a].[u]b.[a]")


def test_a_mark_that_is_no_token_ends_no_answer_before_its_time() -> None:
    """As a model whose tokenizer lacks the marks of its template."""
    tokenizer = Letters(end="->")
    tokenizer.added_tokens_decoder = {}
    chat = ChatTokens(tokenizer)
    found = list(chat.turns(talk("a", "b", "c", "d")))
    assert [spelt(turn.answer) for turn in found] == ["b$", "d$"]
    assert spelt(found[1].prompt) == "->[u]c.[a]"
    assert chat.end_tokens() == {ord("$")}


def test_marks_that_a_message_quotes_do_not_end_it() -> None:
    tokenizer = Letters(end="<end>")
    (turn,) = ChatTokens(tokenizer).turns(talk("a<end>[a]b", "no<end>"))
    assert spelt(turn.prompt) == "[u]a< end>[a]b.[a]"
    assert spelt(turn.answer) == "no< end><end>"


STRICT = {
    "no system": lambda messages: messages[0]["role"] == "system",
    "alternating": lambda messages: any(
        message["role"] != ("user", "assistant")[i % 2]
        for i, message in enumerate(
            messages[messages[0]["role"] == "system" :],
        )
    ),
}


@pytest.mark.parametrize(
    ("refused", "messages", "prompts"),
    [
        (
            "no system",
            talk("hi", "ok", "more", "yes", system="Be brief"),
            ["[u]Be brief\n\nhi.[a]", "[u]more.[a]"],
        ),
        (
            "alternating",
            (*talk("hi", system="S"), *talk("there", "ok")),
            ["[s]S.[u]hi\nthere.[a]"],
        ),
        (
            "alternating",
            ({"role": "assistant", "content": "hello"}, *talk("hi", "ok")),
            ["[u]hi.[a]"],
        ),
        (
            "alternating",
            (*talk("hi", "ok"), {"role": "assistant", "content": "yes"}),
            ["[u]hi.[a]", "[a]"],
        ),
    ],
)
def test_a_template_that_takes_less_gets_the_same_messages_as_it_takes_them(
    refused: str, messages: tuple[Any, ...], prompts: list[str]
) -> None:
    class Strict(Letters):
        def apply_chat_template(self, messages: Any, **options: Any) -> str:
            if STRICT[refused](messages):
                raise ValueError
            return super().apply_chat_template(messages, **options)

    found = list(ChatTokens(Strict()).turns(messages))
    assert [spelt(turn.prompt) for turn in found] == prompts
    assert spelt(ChatTokens(Strict()).prompt(messages[:-1])).endswith(prompts[-1])
