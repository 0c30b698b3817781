"""Which words of a text are somebody's name."""

from __future__ import annotations

import unicodedata

import pytest

from langchain_imessage.transforms import PLACEHOLDER, Redactor
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
        ("Ann Smith", "Smith, Ann or A. Smith", ["Smith", "Ann", "A. Smith"]),
        ("Ann Smith", "a smith machine, B. smith", []),
        ("Kate Hill", "#katehill @katehill99", ["katehill", "katehill99"]),
        ("Ann Lee", "ann arbor, in Ann Arbor with Ann", ["Ann"]),
        ("Price", "wills price? Prices. The Prices", []),
    ],
)
def test_what_is_also_a_word_is_a_name_only_where_it_is_written_as_one(
    person: str, text: str, found: list[str]
) -> None:
    assert named(text, person) == found


@pytest.mark.parametrize(
    ("person", "texts"),
    [
        ("Robert Jones", ["bob is driving", "Bobby's here", "ask rob"]),
        ("Elizabeth Turner", ["liz called", "lizzie!!", "beth"]),
        ("Ann Smith", ["annie is late", "annnn where r u", "ANNNN"]),
        ("Emily Watson", ["EMILYYY", "emiiily", "watson", "emily123"]),
        ("Björn Müller", ["bjorn", "Bjoern kommt", "mueller", "Herr Muller"]),
        ("Søren Østergård", ["soren", "Oestergaard"]),
        ("Renée Dubois", ["renee est là", "dubois"]),
        ("Łukasz Żak", ["Lukasz tu"]),
        (
            "Jean-Luc O'Brien",
            ["jeanluc wrote", "OBrien's dog", "obrien sr", "jean luc"],
        ),
        ("Sarah Patel", ["dr patel says ok"]),
        ("Олена Коваль", ["з Оленою", "Олену бачив", "Ковалю"]),
        ("Дмитрий Соколов", ["с Дмитрием", "Диме", "Соколова"]),
        ("Katarzyna Nowak", ["kasia", "Katarzyny nie ma", "Nowaka"]),
        ("Γιώργος Παππάς", ["τον Γιώργο"]),
        ("דנה כהן", ["תגיד לדנה"]),
        ("محمد علي", ["لمحمد"]),
        ("田中花子", ["花子さん", "田中さん"]),
        ("佐藤健", ["佐藤さん", "健くん"]),
        ("Will Harper", ["will's mom called", "will called", "did will come"]),
        ("Hope Summers", ["hope is sick", "and hope said no"]),
        ("May Chen", ["w/ May", "May's here", "text May"]),
    ],
)
def test_a_name_is_found_as_it_is_typed_in_haste(person: str, texts: list[str]) -> None:
    assert [text for text in texts if not named(text, person)] == []


@pytest.mark.parametrize(
    ("person", "texts"),
    [
        ("May Chen", ["move it to May 12", "see you in May", "May 5th", "in May 2024"]),
        ("June Miller", ["in June", "June 3 at 5", "due June 2025"]),
        ("August Meyer", ["in August", "August 12-15", "12 August"]),
        ("Summer Jones", ["this Summer", "Summer 2025 plans"]),
        ("Hope Summers", ["Summers here are brutal", "hope is all we have"]),
        ("Mark Rose", ["Mark 4:12", "mark it down", "the rose is red"]),
        ("Grace Will", ["grace period", "a will and a way", "Will you?"]),
        ("Ann Smith", ["thanks smith", "annual", "banana"]),
        ("Ann 12", ["12 more", "4/12"]),
    ],
)
def test_months_seasons_verses_and_words_are_nobody(
    person: str, texts: list[str]
) -> None:
    assert [text for text in texts if named(text, person)] == []


def test_a_prefix_is_no_part_of_a_name() -> None:
    assert named("תגיד לדנה", "דנה כהן") == ["דנה"]


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


@pytest.mark.parametrize("text", ["ANAMARIA ven", "anamaría?", "ananunez", "nunez"])
def test_given_names_run_together_are_found(text: str) -> None:
    assert named(text, "Ana María Núñez")


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("august is hot", False), ("june is almost here", False), ("june is upset", True)],
)
def test_what_a_month_is_tells_it_from_a_person(text: str, is_name: bool) -> None:
    assert bool(named(text, "June Hope", "August Will")) is is_name


def test_its_repr_counts_people() -> None:
    names = Names()
    names.learn("Ann Smith")
    names.learn("Annie", key_of("Ann Smith"))
    assert repr(names) == "Names(people=1)"


@pytest.mark.parametrize("text", ["JOSÉ GARCÍA said", "joségarcía said"])
def test_accents_that_the_address_book_leaves_out_make_no_difference(text: str) -> None:
    assert "garc" not in Redactor(names=["Jose Garcia"]).redact_text(text).casefold()


@pytest.mark.parametrize(
    "text",
    [
        "\uff21\uff4e\uff4e \uff21\uff52\uff43\uff48\uff45\uff52",  # as wide as Chinese
        "\U0001d400\U0001d427\U0001d427",  # meant for formulas
        "\u0410nn",  # a Cyrillic A
        "Ann \u0391rcher",  # a Greek A
    ],
)
def test_letters_that_look_like_those_of_a_name_are_no_way_around_it(text: str) -> None:
    redacted = Redactor(names=["Ann Archer"]).redact_text(text)
    assert PLACEHOLDER.sub("", redacted).strip() == ""


def test_a_last_name_before_the_first_in_one_word_is_a_name() -> None:
    redactor = Redactor(names=["Ann Archer", "Björn Müller", "Kate O'Neil"])
    hidden = redactor.redact_text("archerann99, muellerbjoern, kateoneil, not archery")
    assert hidden == "[name 1], [name 2], [name 3], not archery"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("A n n S m i t h", "[name 1]"),
        ("It is a n n  s m i t h!", "It is [name 1]!"),
        ("I'm A.n.n, ok", "I'm [name 1], ok"),
        ("A-n-n S_m_i_t_h", "[name 1]"),
        ("A, N, N, S, M, I, T, H", "[name 1]"),
        ("a. n. n", "[name 1]"),
        ("A.N.N. S.M.I.T.H.", "[name 1]."),
        ("a n n's", "[name 1]'s"),
        ("B o L i", "[name 1]"),
        ("Z o ë", "[name 1]"),
        ("А н н а", "[name 1]"),
        ("c a n n o t", "c a n n o t"),
        ("T-A-N-N-E-N", "T-A-N-N-E-N"),
        ("Plan A, B, C", "Plan A, B, C"),
        ("w i l l you", "w i l l you"),
    ],
)
def test_a_name_that_is_spelled_out_is_found(text: str, redacted: str) -> None:
    names = ["Ann Smith", "Bo Li", "Zoë Krüger", "Анна Петрова", "Will May"]
    assert Redactor(names=names).redact_text(text) == redacted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Rip", "R. I. P. grandma"),
        ("Rip", "r.i.p. grandma"),
        ("Mia", "M.I.A. since May"),
        ("Eva", "E. V. A. foam"),
        ("Ada", "vitamins A, D, A"),
        ("Abe", "a, b, e and c"),
        ("Abe", "either a/b/e or c"),
        ("Bea", "Grade: B - E - A"),
        ("Ann", "A-n n or A.n-n"),  # one separator and another
        ("Yat", "Y a-t-il du pain ?"),
        ("Nya", "Il n y a-t-il"),
        ("Eda", "e d a'rt"),
        ("Dan", "sol-d-a-n"),
    ],
)
def test_lists_abbreviations_and_parts_of_words_are_no_spelled_names(
    name: str, text: str
) -> None:
    assert Redactor(names=[f"{name} Archer"]).redact_text(text) == text


def test_a_name_drawn_out_is_found_alike_in_each_process() -> None:
    # How words are typed in haste are sets, whose order is another in each process.
    people = (
        "Anaïs Hélène, André Rémi, Zoé Renée, Noël Chloé, Léa Inès, Theó Raúl, Aimée Lucía, "
        "Núria Sofía, Iván Tomás, Mónica Belén, Jérôme Cédric, Gisèle Élodie"
    )
    for person in people.split(", "):
        names = Names()
        names.learn(person)
        first, last = person.split()
        found = names.find(f"{first}{first[-1]}{first[-1]} {last}")
        assert [match.end - match.start for match in found] == [
            len(first) + 2,
            len(last),
        ]
