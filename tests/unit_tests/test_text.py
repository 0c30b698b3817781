"""The normal form of texts, their words, and when two say the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.text import (
    find_words,
    fold,
    is_unspaced,
    letters_in,
    letters_in_each,
    name_words,
    normal_text,
    text_key,
    without_accents,
    without_ends,
    words_in,
)

NAMES = [
    "\u0930\u093e\u092e",  # Hindi
    "\u0b95\u0bbe\u0bb0\u0bcd\u0ba4\u0bcd\u0ba4\u0bbf\u0b95\u0bcd",  # Tamil
    "\u09b8\u09c1\u09ae\u09bf\u09a4",  # Bengali
    "\u0c30\u0c3e\u0c1c\u0c41",  # Telugu
    "\u0d2e\u0d40\u0d30",  # Malayalam
    "\u0e01\u0e34\u0e15\u0e15\u0e34",  # Thai
    "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f",  # Arabic
    "\u05d3\u05bc\u05b8\u05d5\u05b4\u05d3",  # Hebrew
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner
    "Jose\u0301",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_belongs_to_the_letter_it_stands_on(name: str) -> None:
    assert [word[0] for word in find_words(f"({name}) {name}!")] == [name, name]
    assert len(words_in(name)) == 1


def test_words_are_equal_in_any_case_and_encoding() -> None:
    assert words_in("JOSE\u0301, r\u00f3") == ("jos\u00e9", "r\u00f3")
    assert words_in("Don't stop_it 42") == ("don", "t", "stop", "it", "42")
    assert words_in("An\u200bn") == words_in("ann")
    assert words_in("STRASSE") == words_in("stra\u00dfe")


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_folding_forgets_how_a_text_is_encoded(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)
    assert normal_text(normal_text(text)) == normal_text(text)


def test_the_letters_of_a_text_keep_their_marks() -> None:
    assert letters_in("Haappy 2 SEE \u2764\ufe0f you!") == "haappyseeyou"
    assert letters_in("\u0915\u0940!") != letters_in("\u0915\u093f")
    assert letters_in("cafe\u0301 1") == letters_in("CAF\u00c9")
    assert without_ends("(\u0939\u093e\u0901!) ") == "\u0939\u093e\u0901"
    assert without_ends("ok 2!") == "ok 2"


SIGNS = [*range(0x80), *range(0x2000, 0x203E), *range(0x2600, 0x2776), 0xFE0F]
SIGNS += range(0x1F300, 0x1FB00)


def test_the_letters_of_each_are_those_of_one_whatever_the_signs() -> None:
    texts = [f"A{chr(code)}b" for code in SIGNS]
    assert letters_in_each(texts[1:]) == [letters_in(text) for text in texts[1:]]
    for text in texts:
        assert letters_in_each([text, "c"]) == [letters_in(text), "c"]


@pytest.mark.slow
@given(st.lists(st.text(st.characters(codec="utf-16", max_codepoint=0x1FFFF))))
def test_the_letters_of_each_are_those_of_one(texts: list[str]) -> None:
    assert letters_in_each(texts) == [letters_in(text) for text in texts]


def test_texts_that_say_the_same_have_one_key() -> None:
    same = [
        "It's  so\ncaf\u00e9",
        " it\u2019s so cafe\u0301",
        "It's so\u202a caf\u00e9",
    ]
    assert len(set(map(text_key, same))) == 1
    assert text_key("Yes.") != text_key("Yes!")
    assert text_key("\u201cHi\u201d") == text_key('"hi"')


def slowly_folded(text: str) -> str:
    """Fold a text without a shortcut: what stands behind it has letters beyond ASCII."""
    return fold(f"{text}é").removesuffix("é")


def test_folding_knows_no_other_result_for_emoji_and_signs() -> None:
    for code in SIGNS:
        assert fold(f"A{chr(code)}b") == slowly_folded(f"A{chr(code)}b")


def test_the_shape_of_quotation_marks_makes_no_difference_in_ascii_either() -> None:
    assert text_key("it`s") == text_key("it's") == text_key("it\u2019s")


@given(st.lists(st.text(st.characters(codec="utf-16", max_codepoint=0x1FFFF))))
def test_the_key_of_a_text_is_made_of_those_of_its_lines(texts: list[str]) -> None:
    lines = "\n".join(texts).split("\n")
    joined = " ".join(filter(None, map(text_key, lines)))
    assert joined == text_key("\n".join(texts))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dr. Ann Smith, PhD", ("ann", "smith")),
        ("Smith, Ann", ("ann", "smith")),
        ("Ann (work) Smith [x]", ("ann", "smith")),
        ("Dr", ("dr",)),
        ("(Ann)", ("ann",)),
    ],
)
def test_a_names_words_are_without_titles_and_asides(
    name: str, words: tuple[str, ...]
) -> None:
    assert name_words(name) == words


def test_accents_are_left_out_of_letters_only() -> None:
    assert without_accents("zo\u00eb") == "zoe"
    assert [*map(without_accents, NAMES[:3])] == NAMES[:3]
    assert without_accents("ann") == "ann"


def test_scripts_that_write_no_blanks_are_known() -> None:
    assert is_unspaced("\u7530\u4e2d")
    assert is_unspaced(NAMES[5])
    assert not is_unspaced("\u7530")
    assert not is_unspaced("ann")


@given(
    st.text(
        st.sampled_from("aA`'\t\n\x1c \u00a0\u2019\u200d\u2003\ufe0f\u00e9\U0001f415")
    )
)
def test_the_short_way_to_a_key_is_as_the_long_one(text: str) -> None:
    unquoted = text.replace("`", "'").replace("\u2019", "'")
    assert text_key(text) == " ".join(fold(unquoted).split())
