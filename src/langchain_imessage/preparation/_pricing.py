"""How much a training costs: epochs, billed tokens, dollars.

Owns OpenAI's prices and its rule for the number of epochs, each with its source and its
last day. Estimates only; nobody is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from langchain_imessage.arguments import ITERABLE, TEXT, WHOLE, check_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DATE = re.compile(r"-(?:\d{4}-\d\d-\d\d|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$")
"""What OpenAI puts behind the name of a model's snapshot: `-2024-07-18`, once `-0125`."""

OPENAI_MAX_TOKENS: Final = 65_536
"""OpenAI's best practices, for gpt-4.1 and 4o and their minis. What is longer is cut at its
end, which is the answer."""

TARGET_EPOCHS: Final = 3
MIN_TARGET_EXAMPLES: Final = 100
MAX_TARGET_EXAMPLES: Final = 25_000
MIN_EPOCHS: Final = 1
MAX_EPOCHS: Final = 25
"""OpenAI's cookbook, "Data preparation and analysis for chat model fine-tuning"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What OpenAI takes for training a model.

    Attributes:
        per_million: Dollars per million training tokens.
        last_day: The last day the model, and what was made of it, can be used.
    """

    per_million: float
    last_day: date


_END = date(2027, 1, 14)
"""OpenAI's page of deprecations."""

PRICES: Final[Mapping[str, Price]] = MappingProxyType(
    {
        "gpt-4.1": Price(per_million=25.0, last_day=_END),
        "gpt-4.1-mini": Price(per_million=5.0, last_day=_END),
        "gpt-4o": Price(per_million=25.0, last_day=_END),
        "gpt-4o-mini": Price(per_million=3.0, last_day=_END),
    }
)
"""By model; OpenAI's page of prices, copies after May 2026."""


@check_arguments(examples=WHOLE)
def default_epochs(examples: int) -> int:
    """Return the number of epochs OpenAI trains by default.

    Args:
        examples: Lines of the training file.

    Returns:
        The cookbook's figure: 3, more for few examples and fewer for very many.

    Example:
        >>> [default_epochs(n) for n in (10, 500, 20_000)]
        [10, 3, 1]
    """
    if examples * TARGET_EPOCHS < MIN_TARGET_EXAMPLES:
        return min(MAX_EPOCHS, MIN_TARGET_EXAMPLES // max(examples, 1))
    if examples * TARGET_EPOCHS > MAX_TARGET_EXAMPLES:
        return max(MIN_EPOCHS, MAX_TARGET_EXAMPLES // examples)
    return TARGET_EPOCHS


@check_arguments(tokens=ITERABLE, epochs=WHOLE)
def billed_tokens(tokens: Iterable[int], epochs: int) -> int:
    """Return the tokens that are billed: each example up to the limit, in each epoch.

    Args:
        tokens: Of each example.
        epochs: How often they are gone over.

    Returns:
        Tokens.

    Example:
        >>> billed_tokens([100, 70_000], epochs=3)
        196908
    """
    return epochs * sum(min(count, OPENAI_MAX_TOKENS) for count in tokens)


def undated_model(model: str) -> str:
    """Return a model's name without its date, and without what tuning added.

    The one rule by which a model is looked up in a table of prices or dates.

    Args:
        model: A model's name, dated (`gpt-4o-mini-2024-07-18`) or tuned (`ft:...`) too.

    Returns:
        The name as tables have it: `gpt-4o-mini`. A variant (`gpt-4.1-nano`) is a model of
        its own.

    Example:
        >>> undated_model("ft:gpt-4.1-nano-2025-04-14:me::1")
        'gpt-4.1-nano'
    """
    name = model.removeprefix("ft:")
    return _DATE.sub("", name if name == model else name.partition(":")[0])


@check_arguments(model=TEXT, tokens=WHOLE)
def training_cost(model: str, tokens: int) -> float | None:
    """Return the price of a training at OpenAI.

    Args:
        model: A model's name, dated (`gpt-4o-mini-2024-07-18`) or tuned (`ft:...`) too.
        tokens: What is billed.

    Returns:
        Dollars; None for a model without a known price.

    Example:
        >>> training_cost("gpt-4o-mini-2024-07-18", 600_000)
        1.8
        >>> training_cost("gpt-4.1-nano", 600_000) is None
        True
    """
    price = PRICES.get(undated_model(model))
    return None if price is None else round(price.per_million * tokens / 1e6, 2)
