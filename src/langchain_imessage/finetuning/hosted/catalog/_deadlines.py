"""What the dates in the table of providers mean on a day: refused, or worth a note.

Asks no clock: the day is an argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import OTHER_WAYS

if TYPE_CHECKING:
    from datetime import date

    from langchain_imessage.finetuning.hosted.catalog._provider_types import (
        Provider,
        TunableModel,
    )


def require_open(provider: Provider, today: date) -> None:
    """Refuse a provider that creates no jobs any more.

    Raises:
        FineTuningError: If it has ended; names other ways.
    """
    if provider.ends and today >= provider.ends:
        raise FineTuningError(
            f"{provider.title} ended fine-tuning on {provider.ends}; nothing was sent. "
            f"Instead, {OTHER_WAYS}",
            code="ended",
        )


def deadline_notes(provider: Provider, model: str, today: date) -> tuple[str, ...]:
    """Return what is about to end for a model at a provider, in words.

    Raises:
        FineTuningError: If it has ended.
    """
    require_open(provider, today)
    found = provider.find(model)
    notes = (_note_on(provider), _retirement(provider, model, found, today))
    return tuple(note for note in notes if note)


def _note_on(provider: Provider) -> str | None:
    if provider.ends is None:
        return None
    last_days = [model.last_day for model in provider.models if model.last_day]
    return (
        f"{provider.title} creates fine-tuning jobs only for organisations that already "
        f"tune (no new ones since {provider.closed_to_new}), and for nobody from "
        f"{provider.ends}; tuned models answer until {max(last_days)}. "
        f"Alternatives: {OTHER_WAYS}."
    )


def _retirement(
    provider: Provider, model: str, found: TunableModel | None, today: date
) -> str | None:
    if found is None or found.last_day is None or today <= found.last_day:
        return None
    if found.existing_until:
        return (
            f"{provider.title} retired {model} for new customers on {found.last_day}; "
            f"customers who train it already may do so until "
            f"{found.existing_until:%Y-%m} at least."
        )
    raise FineTuningError(
        f"{model} cannot be used since {found.last_day}; nothing was sent. "
        f"{_another(provider, today)}",
        code="ended",
    )


def _another(provider: Provider, today: date) -> str:
    for model in provider.models:
        if model.last_day is None or today <= model.last_day:
            return f"Another: {model.name}"
    return f"Instead, {OTHER_WAYS}"
