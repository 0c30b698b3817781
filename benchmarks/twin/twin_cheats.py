"""Ways to cheat → which figures of `evaluate` catch each, of a public person.

    python benchmarks/twin/twin_cheats.py --owner 0f9fe1f8

Prints a line for each way: how alike, fitting, told apart, and what it fails. A way that fails
nothing fools the figures; the person's own answers should fail nothing, nor with typing errors.
Owns the ways. No model is asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from twin_people import chosen_person, dataset_of

from langchain_imessage.evaluation._figure_tables import text_table
from langchain_imessage.evaluation.figures._measuring import Measuring
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.text import words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_imessage.evaluation.held_out._held_out import HeldOut, HeldOutAnswer

    Way = Callable[[HeldOutAnswer], str]

ANSWERS, TRIED, OLD = 200, 12, 3_000
OWNERS = ("0f9fe1f8", "31267496")
PHRASES = (
    "That sounds great! How can I assist you today?",
    "I'm sorry to hear that. Is there anything I can do to help?",
    "I understand how you feel. Would you like to talk about it?",
)


def main() -> None:
    """Print the table."""
    chosen = chosen_person(__doc__)
    held_out = read_held_out(dataset_of(chosen.owner, chosen.folder))
    stranger = next(one for one in OWNERS if not chosen.owner.startswith(one))
    others = read_held_out(dataset_of(stranger, chosen.folder)).answers
    measuring = Measuring(held_out, seed=0)
    chance = Random(0)  # noqa: S311 - repeatable
    places = chance.sample(
        range(len(held_out.answers)), min(ANSWERS, len(held_out.answers))
    )
    asked = [held_out.answers[place] for place in sorted(places)]
    ways = {**own_answers(chance), **other_answers(held_out, others, chance)}
    ways |= old_answers(Pieces(held_out, chance))
    figures = [
        measuring.system(name, "model", asked, [way(answer) for answer in asked])
        for name, way in ways.items()
    ]
    print(text_table([measuring.person, measuring.people(), *figures], ()))


def own_answers(chance: Random) -> dict[str, Way]:
    """Return the person's own answers, as they are and changed."""
    return {
        "your own answers": lambda one: one.reply,
        "with a typing error in each": lambda one: mistyped(one.reply, chance),
        "in capital letters": lambda one: one.reply.upper(),
        "in small letters": lambda one: one.reply.lower(),
    }


def other_answers(
    held_out: HeldOut, others: Sequence[HeldOutAnswer], chance: Random
) -> dict[str, Way]:
    """Return what is not the person's: other people's, the question's, an assistant's."""
    said = [text for answer in held_out.answers for text in answer.partner]
    replies = [one.reply for one in held_out.training[-OLD:]]
    greetings = [text for text in replies if len(words_in(text)) == 1] or [""]
    return {
        "nothing": lambda _: "",
        "ok": lambda _: "ok",
        "another person": lambda _: chance.choice(others).reply,
        "the people you write with": lambda _: chance.choice(said),
        "half of the question": lambda one: half(one.said),
        "the question, changed": lambda one: changed(one.said, said, chance),
        "your greeting, an assistant": lambda _: (
            f"{chance.choice(greetings)}\n{chance.choice(PHRASES)}"
        ),
        "an assistant in small letters": lambda _: chance.choice(PHRASES).lower(),
    }


class Pieces:
    """Makes answers of pieces of old ones.

    Args:
        held_out: Has the training file's answers.
        chance: Draws.
    """

    def __init__(self, held_out: HeldOut, chance: Random) -> None:
        self.old = [one.reply for one in held_out.training[-OLD:]]
        self.common = [text for text, _ in Counter(self.old).most_common(20)]
        self._chance = chance
        self._texts = [text.replace("\n", " \n ").split(" ") for text in self.old]
        self._after: defaultdict[str, list[str]] = defaultdict(list)
        for words in self._texts:
            for before, after in pairwise(["", *words, ""]):
                self._after[before].append(after)

    def words(self, one: HeldOutAnswer) -> str:
        """Return words at random, among them the longest ones of the question."""
        made = [
            self._chance.choice(self._chance.choice(self._texts)) for _ in range(12)
        ]
        asked = sorted(set(one.said.split()), key=len)[-3:]
        return joined(self._chance.sample([*made, *asked], len(made) + len(asked)))

    def pieces(self, size: int) -> str:
        """Return pieces of so many words, as long as some old answer."""
        made: list[str] = []
        while len(made) < len(self._chance.choice(self._texts)):
            words = self._chance.choice(self._texts)
            start = self._chance.randrange(max(1, len(words) - size + 1))
            made += words[start : start + size]
        return joined(made)

    def chain(self) -> str:
        """Return words of which each came after the one before in some old answer."""
        made = [self._chance.choice(self._after[""])]
        while made[-1] and len(made) < 60:
            made.append(self._chance.choice(self._after[made[-1]]))
        return joined(made)

    def bubbles(self) -> str:
        """Return an old answer with its bubbles in another order."""
        bubbles = self._chance.choice(self.old).split("\n")
        return "\n".join(self._chance.sample(bubbles, len(bubbles)))

    def changed(self) -> str:
        """Return an old answer with every fourth word changed."""
        return changed(self._chance.choice(self.old), self.old, self._chance)

    def common_one(self) -> str:
        """Return one of the most frequent answers."""
        return self._chance.choice(self.common)


def old_answers(made: Pieces) -> dict[str, Way]:
    """Return what is made of old answers."""
    ways: dict[str, Callable[[], str]] = {
        "the most frequent answer": lambda: made.common[0],
        "one of the 20 most frequent": made.common_one,
        "an old answer, changed": made.changed,
        "an old answer's bubbles, mixed": made.bubbles,
        "pieces of three words": partial(made.pieces, 3),
        "pieces of four words": partial(made.pieces, 4),
        "a chain of words": made.chain,
    }
    return {
        "words and the question's": made.words,
        **{name: lambda _, way=way: way() for name, way in ways.items()},
        "the best of 12 pieces": partial(best, partial(made.pieces, 4)),
        "the best of 12 chains": partial(best, made.chain),
    }


def best(way: Callable[[], str], one: HeldOutAnswer) -> str:
    """Return the answer of several that shares most with the question."""
    asked = {word for word in words_in(one.said) if len(word) > 3}

    def shared(text: str) -> float:
        words = set(words_in(text))
        return len(words & asked) / (1 + len(words)) ** 0.5

    return max((way() for _ in range(TRIED)), key=shared)


def mistyped(text: str, chance: Random) -> str:
    """Return a text with two letters of a word exchanged."""
    places = [
        at for at, pair in enumerate(pairwise(text)) if "".join(pair).isalpha()
    ] or [0]
    at = chance.choice(places)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def changed(text: str, texts: Sequence[str], chance: Random) -> str:
    """Return a text with another word in place of every fourth."""
    words = text.split(" ")
    for at in range(2, len(words), 4):
        words[at] = chance.choice(chance.choice(texts).split() or [""])
    return " ".join(words)


def half(text: str) -> str:
    """Return the first half of a text's words."""
    words = text.split()
    return " ".join(words[: max(1, len(words) // 2)])


def joined(words: Sequence[str]) -> str:
    """Return words as a text, with the line ends between bubbles."""
    return " ".join(words).replace(" \n ", "\n").strip()


if __name__ == "__main__":
    main()
