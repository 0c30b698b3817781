"""The table of providers, with what differs between them.

Owns every address, model name, price, date and limit of a provider, each from the
provider's own pages as of November 2026. Makes no request. `docs/finetuning.md`
shows this table; a test keeps the two the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import OTHER_WAYS
from langchain_imessage.finetuning.hosted._addresses import (
    host_of,
    is_host_of,
    is_openai,
)
from langchain_imessage.preparation._pricing import PRICES, undated_model

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAI_ENDS: Final = date(2027, 1, 6)
"""From then on OpenAI creates no fine-tuning jobs for anybody (its page on deprecations);
organisations that had never tuned were shut out on 2026-05-07."""

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TunableModel:
    """A model that can be tuned.

    Attributes:
        name: Its name; those of its versions begin with it.
        price: Dollars for a million tokens of training; None where not published.
        last_day: The last day it, and what was made of it, can be used; None if not set.
    """

    name: str
    price: float | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider that trains models.

    Attributes:
        name: Its name in `fine_tune(provider=)`.
        title: Its name in texts.
        base_url: The address of its API; None if each customer has another.
        base_url_variable: The environment variable with the address.
        key_variable: The environment variable with the key; None if it needs none.
        models: What it trains, as far as known; the first is the default.
        sink: The rules its files are checked by (`datasets.SINKS`).
        max_file_bytes: How large a file may be.
        multipart: Whether it takes large files in parts.
        expires: Whether files can expire.
        moderates: Whether it has a moderation endpoint.
        flat: Whether settings go in `hyperparameters`, and not in `method`.
        options: Settings of this provider only.
        differs: What else is different, in a few words.
        hosts: Its own hosts, the only ones its key in the environment is sent to; one that
            begins with a dot stands for all below it.
        methods: The methods it trains by.
    """

    name: str
    title: str
    base_url: str | None = None
    base_url_variable: str | None = None
    key_variable: str | None = None
    models: tuple[TunableModel, ...] = ()
    sink: str = "openai"
    max_file_bytes: int = 512 * MEGABYTE
    multipart: bool = False
    expires: bool = False
    moderates: bool = False
    flat: bool = False
    options: tuple[str, ...] = ()
    differs: str = ""
    hosts: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("supervised", "dpo")

    def price_of(self, model: str) -> float | None:
        """Return dollars for a million tokens of training; None if not known."""
        found = self._find(model)
        return found.price if found else None

    def last_day_of(self, model: str) -> date | None:
        """Return the last day a model can be used; None if not known."""
        found = self._find(model)
        return found.last_day if found else None

    def _find(self, model: str) -> TunableModel | None:
        wanted = undated_model(model)
        known = (one for one in self.models if undated_model(one.name) == wanted)
        return next(known, None)


_DEFAULT = "gpt-4.1-mini"
_DATED = "gpt-4.1-mini-2025-04-14"
_OPENAI_LAST_DAY = PRICES[_DEFAULT].last_day


def _at_openai(name: str, known_as: str) -> TunableModel:
    price = PRICES[known_as]
    return TunableModel(name=name, price=price.per_million, last_day=price.last_day)


_OPENAI_MODELS = (
    _at_openai(_DATED, _DEFAULT),
    *(_at_openai(name, name) for name in PRICES),
)
_GONE = tuple(
    TunableModel(name=name, last_day=date(2026, 10, 23))
    for name in ("gpt-4.1-nano", "gpt-3.5-turbo")
)
"""Models that can no longer be used, nor what was tuned of them: OpenAI's page on
deprecations."""

_OPENAI = Provider(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    hosts=("api.openai.com", ".api.openai.com"),
    base_url_variable="OPENAI_BASE_URL",
    key_variable="OPENAI_API_KEY",
    models=(*_OPENAI_MODELS, *_GONE),
    multipart=True,
    expires=True,
    moderates=True,
    options=("beta",),
    differs="only organisations that already tune; nobody from 2027-01-06",
)
_ROWS = (
    _OPENAI,
    Provider(
        name="azure",
        title="Azure OpenAI",
        base_url_variable="AZURE_OPENAI_ENDPOINT",
        hosts=(
            ".openai.azure.com",
            ".services.ai.azure.com",
            ".cognitiveservices.azure.com",
        ),
        key_variable="AZURE_OPENAI_API_KEY",
        models=tuple(
            replace(model, price=None, last_day=None) for model in _OPENAI_MODELS
        ),
        sink="azure",
        options=("beta",),
        differs="a tuned model must be deployed before it answers: "
        "chat_model(model=YOUR_DEPLOYMENT)",
    ),
    Provider(
        name="nebius",
        title="Nebius Token Factory",
        base_url="https://api.tokenfactory.nebius.com/v1/",
        hosts=("api.tokenfactory.nebius.com",),
        methods=("supervised",),
        key_variable="NEBIUS_API_KEY",
        models=(
            TunableModel(name="meta-llama/Meta-Llama-3.1-8B-Instruct"),
            TunableModel(name="meta-llama/Llama-3.3-70B-Instruct"),
        ),
        max_file_bytes=5_000 * MEGABYTE,
        flat=True,
        options=("lora", "lora_r", "lora_alpha", "lora_dropout", "context_length"),
        differs="settings go in hyperparameters, LoRA's among them; "
        "learning_rate_multiplier is the learning rate itself",
    ),
    Provider(
        name="crusoe",
        title="Crusoe",
        base_url="https://api.intelligence.crusoecloud.com/v1",
        hosts=("api.intelligence.crusoecloud.com",),
        methods=("supervised",),
        key_variable="CRUSOE_API_KEY",
        max_file_bytes=3_000 * MEGABYTE,
        flat=True,
        options=("lora", "lora_r", "lora_alpha", "lora_dropout"),
        differs="name the model; gives LoRA checkpoints as files, or deploys them",
    ),
    Provider(
        name="local",
        title="this computer",
        models=(TunableModel(name="Qwen/Qwen3-0.6B"),),
        sink="mlx",
        methods=("supervised",),
        options=(
            *("iters", "learning_rate", "num_layers", "rank", "scale", "dropout"),
            *("max_seq_length", "grad_checkpoint"),
            *("report_every", "evaluate_every", "save_every"),
        ),
        differs="trains a LoRA with mlx-lm (extra mlx); nothing is sent anywhere",
    ),
)
PROVIDERS: Final[Mapping[str, Provider]] = {row.name: row for row in _ROWS}
"""The table, by name."""


def provider_named(name: str) -> Provider:
    """Find a provider.

    Args:
        name: Its name in the table.

    Raises:
        FineTuningError: If there is none of that name.

    Example:
        >>> provider_named("nebius").key_variable
        'NEBIUS_API_KEY'
    """
    if name in PROVIDERS:
        return PROVIDERS[name]
    raise FineTuningError(
        f"Unknown provider; known are {', '.join(PROVIDERS)}. For another with OpenAI's "
        'API, pass base_url= and provider="openai". For other trainers, see '
        "next_commands().",
        code="unknown_provider",
    )


def at_host(provider: Provider, base_url: str) -> Provider:
    """Return the provider that really is at an address.

    A provider's dates and prices are those of its own hosts. What else is reached by its
    name is only compatible.

    Example:
        >>> at_host(provider_named("openai"), "http://127.0.0.1:8000/v1").title
        '127.0.0.1:8000'
    """
    if is_host_of(base_url, provider.hosts):
        return provider
    models = tuple(replace(one, price=None, last_day=None) for one in provider.models)
    return replace(provider, title=host_of(base_url), models=models, differs="")


def openai_notice(provider: Provider, base_url: str, today: date) -> str | None:
    """Return a note on OpenAI's end of fine-tuning; None at other providers.

    Raises:
        FineTuningError: If OpenAI creates no jobs any more.
    """
    if provider.name != "openai" or not is_openai(base_url):
        return None
    if today >= OPENAI_ENDS:
        raise FineTuningError(
            f"OpenAI ended fine-tuning on {OPENAI_ENDS}; nothing was sent. Instead, "
            f"{OTHER_WAYS}",
            code="ended",
        )
    return (
        "OpenAI creates fine-tuning jobs only for organisations that already tune, and "
        f"for nobody from {OPENAI_ENDS}; tuned models answer until {_OPENAI_LAST_DAY}. "
        f"Alternatives: {OTHER_WAYS}."
    )
