"""The controls answer as named: from the training file, from letters, from the question."""

from __future__ import annotations

from random import Random

from langchain_imessage.evaluation.controls._controls import CONTROLS, control_answers
from langchain_imessage.evaluation.controls._gibberish import Gibberish
from langchain_imessage.evaluation.held_out._held_out import (
    HeldOut,
    HeldOutAnswer,
    TrainingReply,
)

TRAINING = (
    TrainingReply(said="do you like pizza", reply="love it"),
    TrainingReply(said="where is the dog", reply="outside"),
    TrainingReply(said="is the dog fed", reply="yes"),
)
ASKED = HeldOutAnswer(
    id="1", segment=1, said="Ann: so, pizza?", reply="sure", partner=("so, pizza?",)
)


def test_the_controls_answer_as_they_are_named() -> None:
    made = control_answers(HeldOut(answers=(ASKED,), training=TRAINING), [ASKED])
    assert tuple(made) == CONTROLS
    assert made["old answer"] == ["love it"]
    assert made["random old answer"][0] in {one.reply for one in TRAINING}
    assert made["echo"] == ["so, pizza?"]
    assert set(made["gibberish"][0]) <= set("".join(one.reply for one in TRAINING))


def test_what_is_drawn_is_drawn_again_with_one_seed() -> None:
    held_out = HeldOut(answers=(ASKED,), training=TRAINING)
    asked = [ASKED] * 20
    first = control_answers(held_out, asked, seed=1)
    assert first == control_answers(held_out, asked, seed=1)
    assert first != control_answers(held_out, asked, seed=2)


def test_without_old_answers_there_are_the_other_controls() -> None:
    made = control_answers(HeldOut(answers=(ASKED,), training=()), [ASKED])
    assert [*made] == ["assistant phrases", "echo"]


def test_gibberish_of_nothing_is_nothing() -> None:
    assert Gibberish([]).write(Random(0)) == ""


def test_gibberish_ends() -> None:
    assert len(Gibberish(["a" * 1000]).write(Random(0))) <= 300
