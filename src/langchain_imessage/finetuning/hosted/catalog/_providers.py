"""The table of providers, with what differs between them.

Owns every address, model name, price, date and limit of a provider, each from the
provider's own pages, with the day they were read. `docs/finetuning.md` shows this table; a
test keeps the two the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.hosted.catalog._addresses import host_of, is_host_of
from langchain_imessage.finetuning.hosted.catalog._provider_types import (
    MEGABYTE,
    Provider,
    TunableModel,
)
from langchain_imessage.preparation._pricing import PRICES, undated_model

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAI_ENDS: Final = date(2027, 1, 6)
"""From then on OpenAI creates no fine-tuning jobs for anybody (its page on deprecations);
organisations that had never tuned were shut out on 2026-05-07."""

_DEFAULT = "gpt-4.1-mini"
_DATED = "gpt-4.1-mini-2025-04-14"


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

_AZURE_RETIRED = {
    "gpt-4.1": date(2026, 10, 14),
    "gpt-4.1-mini": date(2026, 10, 14),
    "gpt-4.1-nano": date(2026, 10, 14),
    "gpt-4o": date(2026, 10, 1),
    "gpt-4o-mini": date(2026, 10, 1),
}
_AZURE_EXISTING = date(2027, 4, 1)
"""Azure's schedule: customers who train them already may do so until then at least."""

_AZURE_MODELS = tuple(
    TunableModel(
        name=name,
        last_day=_AZURE_RETIRED[undated_model(name)],
        existing_until=_AZURE_EXISTING,
    )
    for name in (_DATED, *_AZURE_RETIRED)
)

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
    ends=OPENAI_ENDS,
    closed_to_new=date(2026, 5, 7),
    source="OpenAI's pages on deprecations and prices",
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
        models=_AZURE_MODELS,
        closed_to_new=date(2026, 10, 14),
        as_of=date(2026, 11, 28),
        source="Azure's schedule of model retirements",
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
        source="Nebius' pages on fine-tuning",
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
        source="Crusoe's pages on fine-tuning",
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
        source="mlx-lm 0.32",
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

    A provider's dates and prices are those of its own hosts, by whatever name they are
    reached. What else is reached by its name is only compatible.

    Example:
        >>> at_host(provider_named("openai"), "https://me.openai.azure.com/openai/v1").name
        'azure'
        >>> at_host(provider_named("openai"), "http://127.0.0.1:8000/v1").title
        '127.0.0.1:8000'
    """
    for own in (provider, *_ROWS):
        if is_host_of(base_url, own.hosts):
            return own
    models = tuple(replace(one, price=None, last_day=None) for one in provider.models)
    return replace(
        provider,
        title=host_of(base_url),
        models=tuple(replace(one, existing_until=None) for one in models),
        ends=None,
        closed_to_new=None,
        differs="",
    )
