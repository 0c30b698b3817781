"""The twentieth of the failures users of other readers reported: training data nonsense.

One giant example, turns merged over days, `timedelta.seconds` as a gap, windows on both
sides of a validation split, roles that do not alternate: what must hold instead.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.datasets import SINKS, validate, write_dataset
from langchain_imessage.preparation import estimate_tokens, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"


def _days_of_talk(write: Callable, at: Callable, *, lines: int) -> None:
    """Write evenings of talk: a line in twenty seconds, ten in a row from each."""
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for n in range(lines):
            evening, place = divmod(n, 100)
            sender = {"sender": ann} if place % 20 < 10 else {}
            moment = at(evening * 86_400 + place * 20)
            db.message(chat, f"line {n}", at=moment, **sender)


def test_20_years_of_talk_are_many_bounded_examples(
    write: Callable, load: Callable, at: Callable
) -> None:
    """Not one giant example: no trainer takes that."""
    _days_of_talk(write, at, lines=1_000)

    choices: Any = {"max_tokens": 300, "count_tokens": estimate_tokens}
    examples = prepare(load().sessions, duplicates=True, **choices)
    found = list(examples)

    assert len(found) >= 10
    for example in found:
        sizes = [estimate_tokens(str(m.content)) for m in example["messages"]]
        assert sum(sizes) + 4 * len(sizes) + 3 <= 300
    report = examples.report
    assert report.messages == 1_000 == report.kept + sum(report.reasons.values())


def test_20_turns_are_not_merged_over_days(
    write: Callable, load: Callable, at: Callable
) -> None:
    """A day and five minutes are no five minutes, as `timedelta.seconds` would say."""
    apart = 86_400 + 300
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "hi", sender=ann, at=at(0))
        db.message(chat, "yes", at=at(10))
        db.message(chat, "good morning", at=at(10 + apart))
        db.message(chat, "morning", sender=ann, at=at(20 + apart))
        db.message(chat, "so?", at=at(30 + apart))

    examples = prepare(load().sessions, gap=timedelta(minutes=30), system_prompt=None)

    said = [[m.content for m in example["messages"]] for example in examples]
    assert said == [["hi", "yes"], ["morning", "so?"]]
    assert dict(examples.report.reasons) == {"no message before it": 1}


@pytest.mark.parametrize("windows", ["conversation", "answer"])
def test_20_no_window_leaks_into_the_validation_file(
    windows: Any, write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    _days_of_talk(write, at, lines=3_000)

    choices: Any = {"windows": windows, "max_tokens": 300}
    examples = prepare(load().sessions, duplicates=True, **choices)
    dataset = write_dataset(examples, tmp_path / "data", sink="trl", validation=0.3)

    assert dataset.validation is not None
    sides = [_numbers_in(path) for path in (dataset.train, dataset.validation)]
    assert all(sides)
    assert sides[0].isdisjoint(sides[1])
    assert max(sides[0]) < min(sides[1])
    split = dataset.manifest["split"]
    assert split["shared_messages"] == split["shared_segments"] == 0


def _numbers_in(path: Path) -> set[int]:
    return {int(found) for found in re.findall(r"line (\d+)", path.read_text())}


@pytest.mark.parametrize("sink", [name for name in SINKS if "dpo" not in name])
def test_20_turns_alternate_in_a_group_as_every_trainer_wants(
    sink: str, write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    speakers = "abm mab bba mmb aam bmb mmm abm".replace(" ", "")
    with write() as db:
        handles = {"a": db.handle(ANN), "b": db.handle(BOB), "m": None}
        group = db.chat(handles["a"], handles["b"])
        for n, speaker in enumerate(speakers * 60):
            day, place = divmod(n, len(speakers))
            own = {"sender": handles[speaker]} if speaker != "m" else {}
            moment = at(day * 86_400 + place * 200)
            db.message(group, f"what I say is {n}", at=moment, **own)

    examples = list(prepare(load().sessions, within=None, duplicates=True))

    for example in examples:
        types = [m.type for m in example["messages"]]
        assert types == ["system", *["human", "ai"] * (len(types) // 2)]
        assert not any("[phone" in str(m.content) for m in example["messages"][2::2])
    dataset = write_dataset(examples, tmp_path / "data", sink=sink)
    assert [f.rule for f in validate(dataset.train, sink) if f.is_error] == []
