"""What a text is found by: words, and in scripts without blanks every part of a word."""

from __future__ import annotations

import random
import re

import pytest

from langchain_imessage.retrievers.messages._search_terms import (
    index_terms,
    index_tokens,
    loose_terms,
    marked_places,
    search_terms,
)
from langchain_imessage.text import words_in

FOUND = [
    ("See you at Café Zoë", "cafe"),
    ("See you at Cafe\u0301 Zoe\u0308", "Zoë"),
    ("Don\u2019t", "don't"),
    ("don't", "don\u2019t"),
    ("I don't know", "dont"),
    ("I don\u2019t know", "DONT"),
    ("I dont know", "don't"),
    ("I dont know", "don\u2019t"),
    ("I don't know", '"don\u2019t know"'),
    ("I don't know", "don"),
    ("c'est l'ami d\u2019Anne", "ami"),
    ("c\u2019est l\u2019ami", "lami"),
    ("c\u2019est l\u2019ami", "l'ami"),
    ("c\u2019est l\u2019ami de", '"ami de"'),
    ("Zoë\u2019s", "zoes"),
    ("rock\u2018n\u2019roll", "rocknroll"),
    ("п\u02bcять", "пять"),
    ("п'ять", "п\u02bcять"),
    ("o\u02bbzbek", "ozbek"),
    ("don\uff07t", "dont"),
    ("צ׳ק", "צק"),
    ("ג'ירף", "ג׳ירף"),
    ("an e-mail", "email"),
    ("an email", "e-mail"),
    ("an e\u2011mail", "e-mail"),
    ("a well-known place", "known"),
    ("a well known place", "well-known"),
    ("a well-known place", '"well known"'),
    ("בית\u05beספר", "ספר"),
    ("\uff43\uff41\uff46\uff45", "café"),
    ("the o\ufb03ce", "office"),
    ("les \u0153uvres, Stra\u00dfe", "oeuvres"),
    ("les \u0153uvres, Stra\u00dfe", "strasse"),
    ("Łódź", "lodz"),
    ("Smørrebrød", "smorrebrod"),
    ("\u0130stanbul, ISPARTA", "istanbul"),
    ("Isparta'dan", "\u0131sparta"),
    ("ΟΔΟΣ", "οδός"),
    ("ёлка", "елка"),
    ("Tiê\u0301ng Viê\u0323t", "tieng"),
    ("हिंदी-भाषा", "भाषा"),
    ("ｶﾀｶﾅ", "カタカナ"),
    ("don't", "dont*"),
    ("don't", "don*"),
    ("wouldn't've", "wouldntve"),
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
    ("can't he", "the"),
    ("a lot", "alot"),
    ("do not", "don't"),
    ("dinner - at eight", "dinnerat"),
    ("it's hell", "shell"),
]


def is_found(text: str, query: str) -> bool:
    (term,) = search_terms(query)
    return term.is_in(index_tokens(text))


@pytest.mark.parametrize(("text", "query"), FOUND)
def test_a_text_is_found(text: str, query: str) -> None:
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


@pytest.mark.parametrize("text", [t for t, _ in (*FOUND, *MISSED) if t.isascii()])
def test_what_sqlite_is_given_are_the_terms_of_the_text(text: str) -> None:
    assert [*words_in(index_terms(text))] == index_tokens(text)


def test_what_a_telephone_writes_is_found_as_it_is_typed() -> None:
    chance = random.Random(5)
    letters = "aZ9 '\u2018\u2019-\u2013\u2014\u2026\u201c_.`\u00a0\U0001f44d\u2764\ufe0f\u200d\U0001f3fd"
    for _ in range(500):
        text = "".join(chance.choices(letters, k=12))
        given = index_terms(text).lower()
        # What SQLite takes for words: letters and digits of ASCII, and all beyond it.
        assert re.findall(r"[a-z0-9\x80-\U0010ffff]+", given) == index_tokens(text)
    assert index_terms("I don\u2019t \U0001f44d\U0001f3fd") == (
        "I don't   dont \U0001f44d \U0001f3fd"
    )


def test_parts_of_a_joined_word_are_looked_for_last() -> None:
    assert [term.tokens for term in loose_terms(search_terms("l'ami isn't"))] == [
        ("lami",),
        ("isnt",),
        ("ami",),
        ("isn",),
    ]


def test_a_joined_word_is_marked_as_a_whole_or_in_the_part_that_was_looked_for() -> (
    None
):
    assert marked_places("dont", "No, don\u2019t go") == [(4, 9)]
    assert marked_places("ami", "l'ami") == [(2, 5)]


def test_marks_alone_are_no_words() -> None:
    assert search_terms('\u064b \u0640 "\u0640" \u05b7*') == []
    assert index_tokens("\u0640\u064b ok") == ["ok"]
