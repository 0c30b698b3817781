"""Conversations as rows: every answer once, in rows that fit, behind what it is asked with."""

from __future__ import annotations

import pytest
from chat_templates import Letters, spelt, talk
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.finetuning.local._examples import LearnedConversation
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._encoding import EncodedRow, encode

TEMPLATES = {
    "stable": Letters(),
    "thinking": Letters(thinking="<t></t>", end=".\n"),
    "other end": Letters(end="<end>", last_end="<return>"),
}


def rows(
    conversation: LearnedConversation, longest: int, tokenizer: Letters | None = None
) -> list[EncodedRow]:
    chat = ChatTokens(tokenizer or Letters())
    return list(encode(conversation, chat, longest=longest))


def learned(row: EncodedRow) -> list[str]:
    return [spelt(row.tokens[begin:end]) for begin, end in row.spans]


def all_of(*turns: str, system: str | None = None) -> LearnedConversation:
    messages = talk(*turns, system=system)
    own = (i for i, one in enumerate(messages) if one["role"] == "assistant")
    return LearnedConversation(messages=messages, learned=tuple(own))


def test_a_conversation_that_fits_is_one_row() -> None:
    (row,) = rows(all_of("a", "b", "c", "d"), 100)
    assert spelt(row.tokens) == "[u]a.[a]b.[u]c.[a]d."
    assert learned(row) == ["b.", "d."]
    assert row.learned == 4
    assert not row.is_shortened


def test_what_is_not_learned_is_context() -> None:
    conversation = LearnedConversation(messages=talk("a", "b", "c", "d"), learned=(3,))
    (row,) = rows(conversation, 100)
    assert spelt(row.tokens) == "[u]a.[a]b.[u]c.[a]d."
    assert learned(row) == ["d."]


def test_a_long_conversation_is_cut_at_answers_with_context_before_each() -> None:
    turns = [letter * 4 for letter in "abcdefghijkl"]
    found = rows(all_of(*turns, system="S"), 70)
    assert [learned(row) for row in found] == [
        ["bbbb.", "dddd.", "ffff.", "hhhh."],
        ["jjjj.", "llll."],
    ]
    assert spelt(found[1].tokens).startswith("[s]S.[u]gggg.[a]hhhh.[u]iiii.[a]jjjj.")
    assert [row.is_shortened for row in found] == [False, True]


def test_only_an_answer_that_is_too_long_by_itself_is_left_out() -> None:
    found = rows(all_of("a", "b", "c", "d" * 50, "e", "f"), 30)
    assert [one for row in found for one in learned(row)] == ["b.", "f."]


def test_where_answers_end_in_another_way_later_each_has_a_row() -> None:
    found = rows(all_of("a", "b", "c", "d"), 100, TEMPLATES["other end"])
    assert [spelt(row.tokens) for row in found] == [
        "[u]a.[a]b<return>",
        "[u]a.[a]b<end>[u]c.[a]d<return>",
    ]
    assert [learned(row) for row in found] == [["b<return>"], ["d<return>"]]
    (_, shorter) = rows(all_of("a" * 9, "b", "c", "d"), 25, TEMPLATES["other end"])
    assert spelt(shorter.tokens) == "[u]c.[a]d<return>"


WORDS = st.text("abc", min_size=1, max_size=12)


@given(
    pairs=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=9),
    longest=st.integers(20, 120),
    name=st.sampled_from(sorted(TEMPLATES)),
    system=st.none() | WORDS,
)
def test_every_answer_that_can_fit_is_learned_once(
    pairs: list[tuple[str, str]], longest: int, name: str, system: str | None
) -> None:
    turns = [
        text
        for number, (asked, told) in enumerate(pairs)
        for text in (asked, f"{number}{told}")
    ]
    tokenizer = TEMPLATES[name]
    found = rows(all_of(*turns, system=system), longest, tokenizer)
    assert all(len(row.tokens) <= longest for row in found)
    done = [one for row in found for one in learned(row)]
    assert len(set(done)) == len(done)
    chat = ChatTokens(tokenizer)
    for number, (asked, told) in enumerate(pairs):
        (alone,) = chat.turns(talk(asked, f"{number}{told}", system=system))
        fits = len(alone.prompt) + len(alone.answer) <= longest
        assert fits == (spelt(alone.answer) in done)


@pytest.mark.parametrize("tokenizer", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("longest", [60, 90, 400])
def test_answers_in_a_row_are_each_learned_once_wherever_they_are_cut(
    tokenizer: Letters, longest: int
) -> None:
    roles = "uauaaauaaauaa"
    messages = tuple(
        {"role": {"u": "user", "a": "assistant"}[role], "content": f"{role}{number}"}
        for number, role in enumerate(roles)
    )
    own = tuple(i for i, one in enumerate(messages) if one["role"] == "assistant")
    found = rows(
        LearnedConversation(messages=messages, learned=own), longest, tokenizer
    )
    assert sorted(index for row in found for index in row.indexes) == list(own)
    for row in found:
        for index, text in zip(row.indexes, learned(row), strict=True):
            assert text.startswith(messages[index]["content"])
        assert len(row.tokens) <= longest
