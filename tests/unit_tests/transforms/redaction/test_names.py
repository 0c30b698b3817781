"""Which words of a text are somebody's name."""

from __future__ import annotations

import unicodedata

import pytest

from langchain_imessage.transforms.redaction.detectors.names._names import (
    Names,
    is_address,
    key_of,
)


def named(text: str, *people: str, present: tuple[str, ...] = ()) -> list[str]:
    names = Names()
    for person in people:
        names.learn(person)
    return [text[one.start : one.end] for one in names.find(text, present)]


@pytest.mark.parametrize(
    ("person", "text", "found"),
    [
        ("Ann Smith", "Is ann's car Ann's?", ["ann", "Ann"]),
        ("Ann Smith", "Is it Ann’s?", ["Ann"]),
        (
            "Ann Smith",
            "ann smith, ANN SMITH; Smith, Ann",
            ["ann smith", "ANN SMITH", "Smith", "Ann"],
        ),
        ("Ann Smith", "annual plan, Hannah, banns", []),
        ("Ann Smith", "@ann ann_x #Ann", ["ann", "ann", "Ann"]),
        ("Ann Smith", "anns bday", ["ann"]),
        ("Anna Meier", "Annas Geburtstag", ["Anna"]),
        ("Ann Smith", "mr Smith and a smith", ["Smith"]),
        (
            "Ann Marie Smith",
            "ann marie or ann smith, marie?",
            ["ann marie", "ann smith", "marie"],
        ),
        ("Dr. Ann Smith (work)", "dr ann at work", ["ann"]),
        ("Smith, Ann", "ann smith", ["ann smith"]),
        ("Ann Smith, PhD", "ann and phd", ["ann"]),
        ("Ann 🐢", "ann 🐢", ["ann"]),
        (
            "Jean-Luc O'Brien",
            "jean-luc o'brien, Jean Luc",
            ["jean-luc o'brien", "Jean Luc"],
        ),
        ("José García", "jose, JOSÉ, José", ["jose", "JOSÉ", "José"]),
        ("Анна Петрова", "анна и Петрова", ["анна", "Петрова"]),
        ("Zoë Q", "zoë and zoe, q", ["zoë", "zoe"]),
        ("محمد علي", "أين محمد؟", ["محمد"]),
        ("李小明", "李小明今天来吗，小明？", ["李小明", "小明"]),
        ("李小明", "李花", []),
        ("김민수", "민수가 왔어", ["민수"]),
        ("สมชาย", "สมชายมาแล้ว", ["สมชาย"]),
        ("İpek Su", "İpek geldi", ["İpek"]),
        ("(mum)", "mum? Ask Mum", ["Mum"]),
        ("🐢", "🐢", []),
        ("J Smith", "j smith and j", ["j smith"]),
        ("Bo Li", "so bo, Bo!", ["Bo"]),
    ],
)
def test_names_are_found_as_whole_words(
    person: str, text: str, found: list[str]
) -> None:
    assert named(text, person) == found


@pytest.mark.parametrize(
    ("person", "text", "found"),
    [
        ("Will Jones", "will you? I will. WILL YOU", []),
        ("Will Jones", "Will you come? Will we?", []),
        ("Will Jones", "I saw Will. Will saw me", ["Will", "Will"]),
        ("Will Jones", "is will jones in", ["will jones"]),
        ("May Lee", "may I? May I? In May, w/ May", ["May"]),
        ("Rose Hill", "she rose on the hill, Rose did", ["Rose"]),
        ("Mark Twain", "mark my words. Mark my words. on your mark", []),
        ("Mark", "Mark", ["Mark"]),
        ("Bob Plumber", "the plumber. Plumber came. bob!", ["bob"]),
        ("City Dental", "city life. Dental", []),
        ("Price", "wills price? Prices. The Prices", []),
    ],
)
def test_what_is_also_a_word_is_a_name_only_where_it_is_written_as_one(
    person: str, text: str, found: list[str]
) -> None:
    assert named(text, person) == found


def test_a_name_in_the_other_normal_form_is_found() -> None:
    decomposed = unicodedata.normalize("NFD", "frag José!")
    assert named(decomposed, "José") == [unicodedata.normalize("NFD", "José")]


def test_a_name_several_have_means_the_one_who_takes_part() -> None:
    names = Names()
    smith, jones = names.learn("Ann Smith"), names.learn("Ann Jones")
    assert [one.key for one in names.find("ann", [smith])] == [smith]
    assert [one.key for one in names.find("ann", [jones])] == [jones]
    assert [one.key for one in names.find("ann", [smith, jones])] == ["?ann"]
    assert [one.key for one in names.find("ann")] == ["?ann"]
    short = names.learn("Ann")
    assert [one.key for one in names.find("ann", [smith])] == [smith]
    assert [one.key for one in names.find("ann")] == [short]


def test_another_name_of_a_person_is_theirs() -> None:
    names = Names()
    ann = names.learn("Ann Smith")
    assert names.learn("Annie", ann) == ann
    assert [one.key for one in names.find("annie?")] == [ann]


@pytest.mark.parametrize(
    "address", ["+1 (415) 555-2671", "262966", "ann@example.com", "urn:biz:12-34"]
)
def test_an_address_is_no_name(address: str) -> None:
    assert is_address(address)
    assert named(f"ann example com {address}", address) == []


@pytest.mark.parametrize("name", ["Ann", "4 Seasons", "A+", "🐢", "Ann 2"])
def test_a_name_is_no_address(name: str) -> None:
    assert not is_address(name)


def test_its_repr_counts_people() -> None:
    names = Names()
    names.learn("Ann Smith")
    names.learn("Annie", key_of("Ann Smith"))
    assert repr(names) == "Names(people=1)"
