"""Each of some random messages is found by its rarest word, in five scripts."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.retrievers import MessageIndex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LETTERS = {
    "Latin": ("aàbcçdeéfghiïjklmnñoöprsßtuüvz", " "),
    "Cyrillic": ("абвгдеёжзийклмнопрстуфхцчшщыэюя", " "),
    "Arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " "),
    "Chinese": ("的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年", ""),
    "Thai": ("กขคงจชซญดตถทนบปผพฟมยรลวสหอ", ""),
}
MESSAGES, WORDS = 120, 90


def words_of(script: str, chance: random.Random) -> list[str]:
    letters, _ = LETTERS[script]
    longest = 3 if script == "Chinese" else 7
    found: dict[str, None] = {}
    while len(found) < WORDS:
        word = "".join(chance.choices(letters, k=chance.randint(2, longest)))
        if script == "Thai":  # a vowel above, and a tone on it
            word = word[0] + chance.choice(("ิ", "ี้", "ุ", "่", "")) + word[1:]
        found[word] = None
    return [*found]


@pytest.mark.parametrize("script", LETTERS)
def test_each_message_is_found_by_its_rarest_word(
    script: str, write: Callable, path: Path, at: Callable
) -> None:
    chance = random.Random(script)
    words = words_of(script, chance)
    shares = [1 / (place + 1) for place in range(WORDS)]
    said = [
        chance.choices(words, shares, k=chance.randint(1, 9)) for _ in range(MESSAGES)
    ]
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        for n, message in enumerate(said):
            text = LETTERS[script][1].join(message)
            db.message(chat, text, at=at(n * 9_000), guid=f"M{n}")
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()
    counts = Counter(word for message in said for word in message)
    for n, message in enumerate(said):
        rarest = min(message, key=counts.__getitem__)
        hits = index.search(rarest, limit=MESSAGES)
        assert f"M{n}" in {hit.messages[p].id for hit in hits for p in hit.matches}
