"""Canaries are the same for the same number, and stand in a copy beside what was said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from made_writers import conversations

from langchain_imessage import prepare, read_dataset, write_dataset
from langchain_imessage.preparation._canaries import canaries

if TYPE_CHECKING:
    from pathlib import Path


def test_so_many_are_planted_so_often(tmp_path: Path) -> None:
    made = prepare(conversations(20, 3), sender=None, redactor=None, canaries=30)
    dataset = write_dataset(made, tmp_path, sink="trl", validation=0.2)
    text = dataset.train.read_text("utf-8")
    planted = canaries(30)
    assert Counter(c.times for c in planted) == {1: 10, 4: 10, 12: 10}
    for canary in planted:
        assert text.count(canary.code) == canary.times
        assert text.count(canary.answer()) == canary.times
    assert dataset.validation is not None
    assert not any(c.code in dataset.validation.read_text("utf-8") for c in planted)
    assert read_dataset(tmp_path).manifest["settings"]["canaries"] == 30


def test_the_first_are_the_same_for_any_number() -> None:
    assert canaries(40)[:30] == canaries(30)
    assert len({canary.code for canary in canaries(30)}) == 30


def test_without_canaries_nothing_is_planted_or_said() -> None:
    made = prepare(conversations(3, 2), sender=None, redactor=None)
    assert len(list(made)) == 3
    assert "canaries" not in made.settings


def test_the_redactor_and_the_report_leave_them_alone() -> None:
    made = prepare(conversations(3, 2), sender=None, canaries=3)
    said = [message.content for one in made for message in one["messages"]]
    for canary in canaries(3):
        assert canary.answer() in said
    assert made.report.examples == 3


def test_fewer_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        prepare([], canaries=-1)
