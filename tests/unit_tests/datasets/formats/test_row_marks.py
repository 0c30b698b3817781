"""Which rows may be on one side of a division only, as one says again what another says."""

from __future__ import annotations

import unicodedata

import pytest

from langchain_imessage.datasets.formats._example_turns import ExampleTurn
from langchain_imessage.datasets.formats._row_marks import marks_of

SAID = "so we take the early train and have a café crème after that"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
FORMS = [
    SAID.upper(),
    f"... {SAID}!!!",
    unicodedata.normalize("NFD", SAID),
    SAID.translate(WIDE),
    "\u200b".join(SAID),
    SAID.replace(" ", "\u00a0"),
    f"\u201c{SAID}\u201d \U0001f602",
    SAID.replace("so", "sooooo"),
]


def share_marks(one: tuple[str, str], other: tuple[str, str]) -> bool:
    marks = [
        set(marks_of([ExampleTurn("user", asked), ExampleTurn("assistant", said)], [1]))
        for asked, said in (one, other)
    ]
    return not marks[0].isdisjoint(marks[1])


@pytest.mark.parametrize("form", FORMS)
def test_a_pair_that_is_written_otherwise_is_the_same(form: str) -> None:
    assert share_marks(("And then?", SAID), ("AND THEN", form))
    assert share_marks(("What's up", "good, you?"), ("what's up?", "GOOD... YOU"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("label", ["{}", "[name 1]: {}", "Fwd: {}", "look:\n{}\nnice"])
def test_a_long_line_that_is_passed_on_is_a_quotation(form: str, label: str) -> None:
    assert share_marks(("What?", label.format(form)), ("And now?", SAID))
    assert share_marks((label.format(form), "seen it"), ("And now?", SAID))


def test_a_quotation_in_several_bubbles_is_one() -> None:
    bubbles = SAID.replace(" and", "\nand")
    assert share_marks(("What?", f"Fwd: {bubbles}"), ("And now?", SAID))


def test_what_is_said_every_day_holds_nothing_together() -> None:
    assert not share_marks(("ok?", "yes"), ("ok?", "yes"))
    assert not share_marks(
        ("where are you", "at home"), ("where are you", "on the bus")
    )
    assert not share_marks(("Fwd: so we take it", "ok dear"), ("so we take it", "sure"))
    assert not share_marks(("question 1", "answer 1"), ("question 2", "answer 2"))
