"""What makes somebody's writing theirs, in figures and in sentences that quote nobody."""

from __future__ import annotations

import json
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.persona import StyleProfile
from langchain_imessage.persona._style_differences import _SENTENCES, differences
from langchain_imessage.persona._style_vocabulary import _EMOJI
from langchain_imessage.persona._telling_words import FUNCTION_WORDS, GREETINGS
from langchain_imessage.retrievers import OwnRepliesIndex, ReplyPair
from langchain_imessage.text import words_in
from langchain_imessage.transforms.style._informal_words import ABBREVIATIONS
from langchain_imessage.transforms.style._style_figures import (
    FIGURES,
    FigureSummary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

OWN = ["hey lol\njust zebrafish 😂", "hahahaha soooo zebrafish u know", "dont\nu 😂"]
OTHERS = ["I went to the market today.", "Did you see it?", "It is fine, thank you."]


def profile_of(own: Iterable[str], others: Iterable[str]) -> StyleProfile:
    return StyleProfile.of_pairs(
        ReplyPair(said=said, answered=answered, chat="", key=str(number))
        for number, (answered, said) in enumerate(zip(own, others, strict=True))
    )


@pytest.fixture
def profile() -> StyleProfile:
    return profile_of(OWN * 40, OTHERS * 40)


def test_the_most_telling_is_said_first(profile: StyleProfile) -> None:
    said = profile.describe(3).splitlines()
    effects = [abs(one.effect) for one in profile.differences]
    assert effects == sorted(effects, reverse=True)
    few = [line for line in said if line.startswith("You ") and ": " not in line]
    assert len(few) == 3
    assert profile.differences[0].is_telling
    for line in ("Emoji you use: 😂.", "You greet with: hey.", "Small words you like:"):
        assert line in profile.describe()
    assert "You laugh like this: haha, lol." in profile.describe()
    assert "Abbreviations you use: u" in profile.describe()


def test_no_word_of_a_message_is_named_unless_a_table_has_it() -> None:
    rng = Random(1)
    words = ["zebrafish", "Ann", "secret", "4155552671", "u", "hey", "hahahah", "so"]
    own = [" ".join(rng.choices(words, k=5)) + "\U0001f44d" for _ in range(400)]
    said = profile_of(own, ["I am www.here.com"] * 400).describe(50)
    lists = [line.partition(": ")[2] for line in said.splitlines() if "use: " in line]
    assert {"zebrafish", "ann", "secret", "4155552671"}.isdisjoint(words_in(said))
    assert set(words_in(" ".join(lists))) <= ABBREVIATIONS | GREETINGS | FUNCTION_WORDS
    assert words_in(" ".join(lists))


def test_people_who_write_the_same_have_nothing_to_be_told_apart_by() -> None:
    profile = profile_of(OTHERS * 40, OTHERS * 40)
    assert profile.describe() == ""
    assert "telling=0" in repr(profile)


def test_of_few_messages_nothing_is_concluded() -> None:
    for count, telling in ((19, False), (20, True)):
        profile = profile_of((OWN * 7)[:count], (OTHERS * 7)[:count])
        assert any(one.is_telling for one in profile.differences) is telling
    assert profile_of([], []).describe() == ""


def test_a_speakers_name_in_front_is_no_style_of_theirs() -> None:
    def pair(said: str, number: int) -> ReplyPair:
        return ReplyPair(
            said=said, answered="ok", people=("Ann Lee",), chat="", key=str(number)
        )

    named = StyleProfile.of_pairs([pair("Ann Lee: hi\nAnn Lee: you", 1)])
    assert named.others == StyleProfile.of_pairs([pair("hi\nyou", 1)]).others


def test_every_figure_has_its_sentences_and_a_plain_number_in_them() -> None:
    assert set(_SENTENCES) == set(FIGURES)
    for _, *said in _SENTENCES.values():
        for sentence in said:
            assert "{" not in sentence.format(0.5, 0.25)
            assert sentence.startswith("You")


def test_a_difference_without_spread_is_none() -> None:
    same = {name: FigureSummary(mean=1.0, deviation=0.0) for name in FIGURES}
    assert all(one.effect == 0 for one in differences(same, same, (9, 9)))


def test_the_figures_are_shown_without_a_word(profile: StyleProfile) -> None:
    assert repr(profile).startswith("StyleProfile(own=120, others=120, telling=")
    shown = profile._repr_html_()
    assert "<td>emoji</td>" in shown
    for hidden in ("zebrafish", "😂", "haha"):
        assert hidden not in shown + repr(profile) + repr(profile.vocabulary)
    assert json.loads(json.dumps(profile.to_dict()))["messages"] == [120, 120]


def test_the_figures_are_drawn(
    profile: StyleProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    axes = pytest.importorskip("matplotlib.figure").Figure().subplots()
    assert profile.plot(axes) is axes
    assert len(axes.patches) == len(FIGURES)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match="plot"):
        profile.plot()


@pytest.mark.parametrize("emoji", ["😂", "❤️", "👍🏽", "👩‍🚀"])
def test_an_emoji_of_several_characters_is_one(emoji: str) -> None:
    assert _EMOJI.findall(f"a{emoji}b") == [emoji]


def test_a_profile_is_of_all_or_of_the_replies_to_one_person(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        for number, who in enumerate(("+14155550101", "+14155550102")):
            handle = db.handle(who)
            chat = db.chat(handle)
            db.message(chat, "hi", sender=handle, at=at(number * 99))
            db.message(
                chat, "hello" if number else "hello you there", at=at(number * 99 + 9)
            )
    loader = IMessageChatLoader(path)
    assert StyleProfile.of(loader).messages == (2, 2)
    one = StyleProfile.of(loader, to="+14155550102")
    assert (one.messages, one.own["words"].mean) == ((1, 1), 1.0)
    index = OwnRepliesIndex.build(loader)
    assert StyleProfile.of(index, to="+14155550102") == one
