"""What a text is found by: words, and in scripts without blanks every part of a word."""

from __future__ import annotations

import pytest

from langchain_imessage.retrievers.messages._search_terms import (
    index_terms,
    index_tokens,
    search_terms,
)

FOUND = [
    ("See you at Café Zoë", "cafe"),
    ("See you at Cafe\u0301 Zoe\u0308", "Zoë"),
    ("Don\u2019t", "don't"),
    ("Увидимся завтра", "ЗАВТРА"),
    ("نلتقي غدا في المطعم", "المطعم"),
    ("مَرْحَبًا يا أحمد", "مرحبا"),
    ("مرحبا يا احمد", "أحمد"),
    ("ســـلام", "سَلام"),
    ("שָׁלוֹם", "שלום"),
    ("आपका स्वागत है", "स्वागत"),
    ("我们明天去北京吃烤鸭", "北京"),
    ("我们明天去北京吃烤鸭", "鸭"),
    ("我们明天去北京吃烤鸭", "去北京吃"),
    ("新しいiPhone買った", "iphone"),
    ("新しいiPhone買った", "iPhone買"),
    ("人々が", "人々"),
    ("เจอกันพรุ่งนี้ที่ร้านอาหาร", "พรุ่งนี้"),
    ("내일 서울에서 만나요", "서울"),
    ("birthday party", "birth*"),
    ("dinner at eight", '"at eight"'),
    ("zero\u200bwidth", "zerowidth"),
    ("see 🎉 you", "🎉"),
    ("see 🎉 you", '"see you"'),
    ("I \u2764\ufe0f it", "\u2764"),
]
MISSED = [
    ("birthday party", "birth"),
    ("eight at dinner", '"at eight"'),
    ("我们明天去北京", "京北"),
    ("เจอกันพรุ่งนี้", "วันนี้"),
    ("see you", "seeyou"),
    ("किताब", "कताब"),
]


def is_found(text: str, query: str) -> bool:
    (term,) = search_terms(query)
    return term.is_in(index_tokens(text))


@pytest.mark.parametrize(("text", "query"), FOUND)
def test_a_text_is_found(text: str, query: str) -> None:
    if query == "don't":
        assert all(term.is_in(index_tokens(text)) for term in search_terms(query))
    else:
        assert is_found(text, query)


@pytest.mark.parametrize(("text", "query"), MISSED)
def test_a_text_is_not_found_by_other_words(text: str, query: str) -> None:
    assert not is_found(text, query)


def test_each_word_is_looked_for_once_and_punctuation_not_at_all() -> None:
    expressions = [term.expression for term in search_terms('ok OK "ok" ... "" * 北')]
    assert expressions == ['"ok"', '"北" *']
    assert search_terms("?!") == []


def test_plain_ascii_is_indexed_as_it_is_and_the_rest_as_terms() -> None:
    assert index_terms("See\0you") == "See you"
    assert index_terms("É 北") == "e 北"


def test_marks_alone_are_no_words() -> None:
    assert search_terms('\u064b \u0640 "\u0640" \u05b7*') == []
    assert index_tokens("\u0640\u064b ok") == ["ok"]
