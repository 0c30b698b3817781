"""Two made-up people who write to each other, each in their own way, about many things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from made_examples import example

from langchain_imessage import write_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage import Dataset

SYSTEM = "Write as you do."
START = datetime(2024, 1, 1, tzinfo=UTC)
_STARTS = ["ba", "co", "du", "fe", "gi", "ho", "ka", "lu", "mi", "no", "pe", "ru"]
_MIDDLES = ["r", "nd", "lt", "m", "st", "v", "x", "pp"]
_ENDS = ["en", "ow", "ish", "er", "ock", "ane", "ip", "um"]
_OWN = [
    "haha yeah the {} is so good",
    "idk about the {} tho\nmaybe {} later",
    "omg no way, {} again lol",
    "gonna see the {} tmrw :)",
    "sooo tired of {}... dont ask",
    "u got the {} right? k cool",
]
_OTHERS = [
    "Have you seen the {} yet?",
    "I think that the {} was a mistake. What about {}?",
    "The {} is here. I will bring it.",
    "Well, it's a {}, isn't it?",
    "That {} reminds me of the old {}!",
    "Please tell me about {}.",
]


def topic(chance: Random) -> str:
    """Make up a word that is said in few conversations."""
    return "".join(map(chance.choice, (_STARTS, _MIDDLES, _ENDS)))


def written(chance: Random, sentences: list[str], words: list[str]) -> str:
    """Write something about one of some words."""
    return chance.choice(sentences).format(chance.choice(words), topic(chance))


def conversations(
    segments: int = 60, answers: int = 20, *, seed: int = 0, alike: bool = False
) -> list[ChatSession]:
    """Make conversations of a day each.

    Args:
        segments: How many.
        answers: How many answers each has.
        seed: Of what is said.
        alike: Whether both write in one way.
    """
    chance = Random(seed)
    made = []
    for piece in range(segments):
        words = [topic(chance) for _ in range(4)]
        turns = []
        for number in range(answers):
            about = [words[number % 4]]
            turns.append(written(chance, _OWN if alike else _OTHERS, about))
            turns.append(written(chance, _OWN, about))
        one = example(*turns, piece=piece, system=SYSTEM)
        for place, message in enumerate(one["messages"]):
            message.additional_kwargs["sent_at"] = START + timedelta(piece, 60 * place)
        made.append(one)
    return made


def write_conversations(folder: Path, **options: int) -> Dataset:
    """Write such conversations as a dataset that holds out a fifth of them."""
    made = conversations(**options)  # type: ignore[arg-type]
    return write_dataset(made, folder, sink="trl", validation=0.2)
