"""Claims about what a training costs."""

from __future__ import annotations

import pytest

from langchain_imessage.preparation import billed_tokens, default_epochs, training_cost


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [
        (0, 25),
        (1, 25),
        (4, 25),
        (10, 10),
        (33, 3),
        (34, 3),
        (8_333, 3),
        (8_334, 2),
        (25_000, 1),
        (100_000, 1),
    ],
)
def test_epochs_are_the_cookbooks(examples: int, epochs: int) -> None:
    assert default_epochs(examples) == epochs


def test_an_example_is_billed_up_to_the_limit() -> None:
    assert billed_tokens([10, 65_536, 1_000_000], epochs=2) == 2 * (10 + 2 * 65_536)


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-4o", 25.0),
        ("gpt-4o-mini", 3.0),
        ("gpt-4.1-mini-2025-04-14", 5.0),
        ("ft:gpt-4.1-2025-04-14:me::1", 25.0),
        ("llama", None),
        ("gpt-4.1-nano", None),
        ("ft:gpt-4.1-nano-2025-04-14:me::1", None),
        ("gpt-4o-audio-preview", None),
        ("gpt-4o-2024", None),
    ],
)
def test_a_price_is_the_models(model: str, dollars: float | None) -> None:
    assert training_cost(model, 1_000_000) == dollars
