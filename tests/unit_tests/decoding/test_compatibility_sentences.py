"""Tapbacks written out: each language's sentences, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding._compatibility_sentences import (
    TextTapback,
    may_be_sentence,
    parse_text_edit,
    parse_text_tapback,
    quotes,
)
from langchain_imessage.decoding._sentence_forms import ADDED, REMOVED


@pytest.mark.parametrize(
    ("text", "kind", "quoted"),
    [
        ("Loved “hi”", "loved", "hi"),
        ("Liked “hi”", "liked", "hi"),
        ("Disliked “hi”", "disliked", "hi"),
        ("Laughed at “hi”", "laughed", "hi"),
        ("Emphasized “hi”", "emphasized", "hi"),
        ("Emphasised “hi”", "emphasized", "hi"),
        ("Questioned “hi”", "questioned", "hi"),
        ('Liked "hi"', "liked", "hi"),
        ("Liked “he said “no” twice”", "liked", "he said “no” twice"),
        ("Liked “two\nlines”", "liked", "two\nlines"),
        ("Loved an image", "loved", None),
        ("Laughed at a movie", "laughed", None),
        ("Le encantó “hola”", "loved", "hola"),
        ("No le gustó “hola”", "disliked", "hola"),
        ("Le encantó una imagen", "loved", None),
        ("A aimé «\u00a0bonjour\u00a0»", "liked", "bonjour"),
        ("N’a pas aimé « bof »", "disliked", "bof"),
        ("a attribué la mention « Adore » à « ok »", "loved", "ok"),
        ("Gefällt „hallo“", "liked", "hallo"),
        ("Gefällt nicht „hallo“", "disliked", "hallo"),
        ("Liebt „hallo“", "loved", "hallo"),
        ("Lacht über „hallo“", "laughed", "hallo"),
        ("Gostou de “oi”", "liked", "oi"),
        ("Não gostou de “oi”", "disliked", "oi"),
        ("a attribué la mention « Je n’aime pas » à « ok »", "disliked", "ok"),
        ("Liked ‘hi’", "liked", "hi"),
        ("Liked 'hi'", "liked", "hi"),
        ("Gefällt »hi«", "liked", "hi"),
        ("Gefällt „hi“ nicht", "disliked", "hi"),
        ("„hi“ ein Herz hinzugefügt", "loved", "hi"),
        ("Hat „hi“ mit „Gefällt mir“ markiert", "liked", "hi"),
        ("Hat mit einem Herz auf ‚hi‘ reagiert", "loved", "hi"),
        ("Ha messo «Mi piace» a «hi»", "liked", "hi"),
        ("Vond “hi” niet leuk", "disliked", "hi"),
        ("“hi”を高く評価しました", "liked", "hi"),
        ("「hi」に「いいね！」しました", "liked", "hi"),
        ("觉得“hi”好笑", "laughed", "hi"),
        ("對「hi」按讚", "liked", "hi"),
        ("Понравилось «hi»", "liked", "hi"),
        ("Очень понравилось «hi»", "loved", "hi"),
        ("Gefällt: „hi“", "liked", "hi"),
        ("A ajouté un «\u00a0J’adore\u00a0» à «\u00a0hi\u00a0».", "loved", "hi"),
        ("Le hace gracia “hi”", "laughed", "hi"),
        ("Ha aggiunto un cuoricino a “hi”", "loved", "hi"),
        ("“hi”に「!!」と応答", "emphasized", "hi"),
        ("‘hi’에 하트 표시", "loved", "hi"),
        ("‘hi’에 좋아요 표시함", "liked", "hi"),
        ("Skrattade åt ”hi”", "laughed", "hi"),
        ("Dodano „kciuk w\u00a0dół” do „hi”", "disliked", "hi"),
        ("Soru işareti eklendi: “hi”", "questioned", "hi"),
        ("Føjede et hjerte til “hi”", "loved", "hi"),
        ("Satte utropstegn ved «hi»", "emphasized", "hi"),
        ("Viestistä ”hi” ei tykätty", "disliked", "hi"),
        ("Сміється з «hi»", "laughed", "hi"),
        ("K\u00a0„hi“ bylo přidáno srdíčko", "loved", "hi"),
        ("S’est interrogé(e) sur « hi »", "questioned", "hi"),
    ],
)
def test_a_sentence_is_parsed(text: str, kind: str, quoted: str | None) -> None:
    assert parse_text_tapback(text) == TextTapback(kind=kind, quoted=quoted)


@pytest.mark.parametrize(
    ("text", "emoji", "removed"),
    [
        ("Reacted 👍 to “hi”", "👍", False),
        ("Reacted 👍🏽 to “hi”", "👍🏽", False),
        ("Reacted ❤️‍🔥 to “hi”", "❤️‍🔥", False),
        ("Reacted 👩🏽‍❤️‍💋‍👨🏿 to “hi”", "👩🏽‍❤️‍💋‍👨🏿", False),
        ("Reacted 👨🏻‍👩🏼‍👧🏽‍👦🏾 to “hi”", "👨🏻‍👩🏼‍👧🏽‍👦🏾", False),
        ("Reacted 🏴󠁧󠁢󠁥󠁮󠁧󠁿 to “hi”", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", False),
        ("Reacted 1️⃣ to “hi”", "1️⃣", False),
        ("Reacted #⃣ to “hi”", "#⃣", False),
        ("Reacted ℹ️ to “hi”", "ℹ️", False),
        ("Removed 👍 from “hi”", "👍", True),
        ("👍 to “hi”", "👍", False),
        ("❤️ to “hi”", "❤️", False),
        ('\u200a\u200b👍\u200b to "\u200ahi\u200a" ', "👍", False),
        ("a réagi avec 😂 à « hi »", "😂", False),
        ("Reagiu com 😂 a “hi”", "😂", False),
        ("Reageerde met 😂 op “hi”", "😂", False),
        ("Reaccionó con 😂 a “hi”", "😂", False),
        ("A réagi 😂 à « hi »", "😂", False),
        ("A retiré la réaction 😂 à « hi »", "😂", True),
        ('\u200a\u200bReacted 👍\u200b to "\u200ahi\u200a"\u200a', "👍", False),
        ("🏳️‍🌈 to “hi”", "🏳️‍🌈", False),
        ("🇩🇪 to “hi”", "🇩🇪", False),
        ("1️⃣ to “hi”", "1️⃣", False),
        ("🤷🏽‍♀️ to “hi”", "🤷🏽‍♀️", False),
        ("Hat mit 👩🏽‍💻 auf „hi“ reagiert", "👩🏽‍💻", False),
        ("Heeft met 👍 op “hi” gereageerd", "👍", False),
        ("“hi”に👍でリアクションしました", "👍", False),
        ("对“hi”回应了👍", "👍", False),
        ("A retiré 👍 de « hi »", "👍", True),
        ("reagerade med 👀 på ”hi”", "👀", False),
        ("Dodaje reakcję (👀) do „hi”", "👀", False),
        ("“hi” için 👀 tepkisi verildi", "👀", False),
        ("‘hi’에 👀 표시로 반응함", "👀", False),
        ("“\u200ahi\u200a”に\u200a👀\u200aでリアクションしました", "👀", False),
        ("‘hi’에서 👀 표시 제거함", "👀", True),
        ("Tog bort 👀 från ”hi”", "👀", True),
        ("Usuwa „👀” z\u00a0„hi”", "👀", True),
        ("“hi” mesajından 👀 tepkisi silindi", "👀", True),
    ],
)
def test_an_emoji_is_parsed(text: str, emoji: str, removed: bool) -> None:
    found = parse_text_tapback(text)
    assert found == TextTapback(kind="emoji", emoji=emoji, removed=removed, quoted="hi")


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("a heart", "loved"),
        ("a like", "liked"),
        ("a dislike", "disliked"),
        ("a laugh", "laughed"),
        ("an exclamation", "emphasized"),
        ("a question mark", "questioned"),
        ("a sticker", "sticker"),
    ],
)
def test_a_removal_is_parsed(what: str, kind: str) -> None:
    found = parse_text_tapback(f"Removed {what} from “hi”")
    assert found == TextTapback(kind=kind, removed=True, quoted="hi")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Herz von „hi“ entfernt", "loved"),
        ("„Gefällt mir nicht“ von „hi“ entfernt", "disliked"),
        ("Tog bort ett gillande från ”hi”", "liked"),
        ("Usunięto „wykrzykniki” z\u00a0„hi”", "emphasized"),
        ("Gülme işareti silindi: “hi”", "laughed"),
        ("‘hi’에서 물음표 표시 제거함", "questioned"),
        ("“hi”から「いいね」を削除", "liked"),
        ("A retiré son rire de «\u00a0hi\u00a0».", "laughed"),
        ("Ya no le encanta “hi”", "loved"),
    ],
)
def test_a_removal_is_parsed_in_other_languages(text: str, kind: str) -> None:
    assert parse_text_tapback(text) == TextTapback(kind=kind, removed=True, quoted="hi")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Edited to “hi”", "hi"),
        ('Edited to "hi"', "hi"),
        ("\u200aEdited to “\u200ahi\u200a”\u200a", "hi"),
        ("Edited to “say “hi””", "say “hi”"),
        ("Edited to “”", None),
        ("Edited to hi", None),
        ("Edited “hi”", None),
        ("I wrote: Edited to “hi”", None),
        ("Edited to “hi”, said the critic", None),
        ("Loved “hi”", None),
        ("", None),
        ("Bearbeitet zu „hi“", "hi"),
        ("「hi」に編集しました", "hi"),
    ],
)
def test_an_edit_is_parsed(text: str, words: str | None) -> None:
    assert parse_text_edit(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Liked",
        "Liked it a lot",
        "Loved that film “Dune”, did you?",
        "Loved the way you said “no”",
        "You said “ok”",
        "Reacted well to “your plan”",
        "Removed the word from “your text”",
        "a heart for “you”",
        "Liked ”",
        "Loved an image of yours",
        "liked “hi”",
        "“hi”",
        "“hi” was all",
        "Hat „hi“ gesagt",
        "👍 “hi”",
        "1️⃣ “hi”",
        "Reacted to “hi” with joy",
        "Gillade du ”Dune”?",
        "Likte ikke maten",
        "Lo av deg hele veien",
        "Gefällt: alles, was du sagst",
        "Отмечено в календаре",
        "Kalp eklendi: 3 tane",
        "Dodano do kalendarza „urodziny”",
        "Tog bort ”hi” från listan",
        "K „hi“ nic nemám",
        "‘hi’에 대해 뭐라고 했어?",
        "“hi”に誰が応答",
        "Viesti ”hi” tuli perille",
    ],
)
def test_an_ordinary_text_is_none(text: str) -> None:
    assert parse_text_tapback(text) is None


@pytest.mark.parametrize(
    ("quoted", "text", "is_quoted"),
    [
        ("see you", "see you", True),
        (" see you ", "see you", True),
        ("see y…", "see you", True),
        ("see y...", "see you", True),
        ("see you", "see you at eight", False),
        ("…", "see you", False),
        ("look…", "look…", True),
        ("it's cafe\u0301", "it’s caf\u00e9", True),
        ("see café…", "see cafe\u0301 soon", True),
        ("see you", "sée you", False),
    ],
)
def test_a_quotation_is_the_text_or_its_beginning(
    quoted: str, text: str, is_quoted: bool
) -> None:
    assert quotes(quoted, text) is is_quoted


def test_no_repr_shows_what_is_quoted() -> None:
    assert "secret" not in repr(parse_text_tapback("Loved “secret”"))


@given(st.text())
def test_any_quotation_comes_back(text: str) -> None:
    found = parse_text_tapback(f"Loved “{text}”")
    assert found is not None
    assert quotes(found.quoted or "", text) or text != text.strip()


@given(st.text())
def test_any_text_is_parsed_or_none(text: str) -> None:
    parse_text_tapback(text)
    parse_text_tapback("Removed " + text + "”")


@pytest.mark.parametrize("is_removal", [False, True])
def test_each_form_is_that_of_one_kind(is_removal: bool) -> None:
    table = REMOVED if is_removal else ADDED
    for kind, forms in table.items():
        emoji = "👍" if kind == "emoji" else None
        for form in forms:
            text = form.replace("…", "“hi”").replace("{}", "👍")
            assert parse_text_tapback(text) == TextTapback(
                kind=kind, emoji=emoji, removed=is_removal, quoted="hi"
            ), form


@pytest.mark.parametrize(
    "text", ["a good day", "Lunch?", "Hi", "Gerne", "Rather not", "really?", "Was it?"]
)
def test_texts_that_begin_as_no_form_does_are_not_parsed(text: str) -> None:
    assert not may_be_sentence(text)
