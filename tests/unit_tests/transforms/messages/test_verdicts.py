"""Claims about which reaction is praise."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_imessage.transforms.messages._verdicts import verdict_of, verdicts_of


@pytest.mark.parametrize(
    ("kind", "emoji", "verdict"),
    [
        ("loved", None, 1),
        ("emphasized", None, 1),
        ("disliked", None, -1),
        ("questioned", None, 0),
        ("emoji", "👎", -1),
        ("emoji", "👎🏿", -1),
        ("emoji", "👍🏽", 1),
        ("emoji", "❤️", 1),
        ("emoji", "❤️‍🔥", 1),
        ("emoji", "🫶🏻", 1),
        ("emoji", "🤔", 0),
        ("sticker", None, 0),
        (None, None, 0),
    ],
)
def test_a_reaction_counts_by_tapback_or_by_emoji_in_any_variant(
    kind: str | None, emoji: str | None, verdict: int
) -> None:
    assert verdict_of({"kind": kind, "emoji": emoji, "is_from_me": False}) == verdict
    assert verdict_of({"kind": kind, "emoji": emoji, "is_from_me": True}) == 0


@pytest.mark.parametrize("reactions", [None, 7, ["loved"], [{"emoji": 7}]])
def test_what_is_no_reaction_is_no_verdict(reactions: Any) -> None:
    assert sum(verdicts_of(reactions)) == 0
