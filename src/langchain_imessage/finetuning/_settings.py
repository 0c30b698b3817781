"""The settings of a job: their ranges, and the fingerprint by which a job is recognised.

Owns the ranges of OpenAI's published contract. Pure.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.hosted.catalog._provider_types import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_imessage.finetuning._types import Order
    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider
    from langchain_imessage.finetuning.state._file_content import FileContent

MAX_SUFFIX: Final = 64
MAX_EPOCHS: Final = 50
MAX_BATCH: Final = 256
MAX_SEED: Final = 2**31 - 1
MAX_BETA: Final = 2
MIN_EXPIRY: Final = 3_600
MAX_EXPIRY: Final = 2_592_000
"""OpenAI's published contract (OpenAPI, August 2026)."""

METHODS: Final = ("supervised", "dpo")


def check_settings(
    order: Order, provider: Provider, *, expires_after: int | None
) -> None:
    """Refuse settings that the provider would.

    Raises:
        FineTuningError: Which, and what may be.
    """
    unknown = sorted(order.options.keys() - set(provider.options))
    if unknown:
        known = ", ".join(provider.options) or "none of its own"
        raise _refusal(
            f"{provider.title} has no setting {', '.join(unknown)}; it has: {known}"
        )
    if order.method not in METHODS:
        raise _refusal(f"method must be one of {', '.join(METHODS)}")
    if order.method not in provider.methods:
        known = " and ".join(provider.methods)
        raise _refusal(f"{provider.title} has no method {order.method}, but {known}")
    suffix: Any = "-" if order.suffix is None else order.suffix
    if not (isinstance(suffix, str) and 1 <= len(suffix) <= MAX_SUFFIX):
        raise _refusal(f"suffix must have 1 to {MAX_SUFFIX} characters")
    _check_number("n_epochs", order.n_epochs, 1, MAX_EPOCHS)
    _check_number("batch_size", order.batch_size, 1, MAX_BATCH)
    if order.seed is not None:
        _check_number("seed", order.seed, 0, MAX_SEED, may_be_auto=False)
    _check_beta(order)
    rate: Any = order.learning_rate_multiplier
    if rate != "auto" and not (_is_figure(rate) and rate > 0):
        raise _refusal('learning_rate_multiplier must be a number above 0, or "auto"')
    if expires_after is not None:
        if not provider.expires:
            raise _refusal(
                f"{provider.title} cannot expire files: use delete_files=True"
            )
        _check_number("expires_after", expires_after, MIN_EXPIRY, MAX_EXPIRY)


def _check_beta(order: Order) -> None:
    beta = order.options.get("beta", "auto")
    if "beta" in order.options and order.method != "dpo":
        raise _refusal('beta is a setting of method="dpo" only')
    if beta != "auto" and not (_is_figure(beta) and 0 < beta <= MAX_BETA):
        raise _refusal(f'beta must be a number above 0, up to {MAX_BETA}, or "auto"')


def _is_figure(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _check_number(
    name: str, value: Any, low: int, high: int, *, may_be_auto: bool = True
) -> None:
    if value == "auto" and may_be_auto:
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        raise _refusal(f"{name} must be a whole number from {low} to {high}")


def _refusal(message: str) -> FineTuningError:
    return FineTuningError(f"{message}. Nothing was sent.", code="invalid_setting")


def fingerprint_of(order: Order, base_url: str) -> str:
    """Return what a job is recognised by: the same files and settings have the same one.

    Args:
        order: The job.
        base_url: Where it is to run.
    """
    what: Mapping[str, Any] = {
        "base_url": base_url,
        "model": order.model,
        "train": order.train_sha256,
        "validation": order.validation_sha256,
        "suffix": order.suffix,
        "n_epochs": order.n_epochs,
        "batch_size": order.batch_size,
        "learning_rate_multiplier": order.learning_rate_multiplier,
        "seed": order.seed,
        "method": order.method,
        "options": dict(order.options),
    }
    text = json.dumps(what, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check_sizes(contents: Iterable[FileContent], provider: Provider) -> None:
    """Refuse files that are too large for a provider.

    Raises:
        FineTuningError: It names the first one.
    """
    most = provider.max_file_bytes
    for content in contents:
        if content.size > most:
            raise FineTuningError(
                f"{content.name} has {content.size / MEGABYTE:,.0f} MB, and "
                f"{provider.title} takes {most / MEGABYTE:,.0f}; nothing was sent. "
                "Write a smaller dataset, for instance of later conversations only.",
                code="too_large",
            )
