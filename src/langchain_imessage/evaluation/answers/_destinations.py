"""A chain → the hosts that its models send what they are asked to.

Owns where an address is looked for in a model of anybody's. Nothing is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from langchain_core.language_models import BaseLanguageModel
from langchain_core.runnables import Runnable

from langchain_imessage.finetuning.hosted.catalog._addresses import (
    host_of,
    is_this_computer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESSES: Final = (
    "azure_endpoint",
    "openai_api_base",
    "anthropic_api_url",
    "base_url",
    "endpoint_url",
    "endpoint",
)
"""What LangChain's integrations call a model's address."""

_DEEPEST: Final = 12
"""Chains in chains that are looked into."""


def hosts_of(runnable: Any) -> tuple[str, ...]:
    """Return where a chain sends what it is asked; () if it stays on this computer.

    A model without an address that has a key is named by its class. A function's own
    requests cannot be known.

    Example:
        >>> from langchain_core.language_models import FakeListChatModel
        >>> hosts_of(FakeListChatModel(responses=["Hi!"]))
        ()
    """
    found = (_host(model) for model in _models_in(runnable, _DEEPEST))
    return tuple(sorted({host for host in found if host}))


def _models_in(value: Any, depth: int) -> Iterator[BaseLanguageModel[Any]]:
    if isinstance(value, BaseLanguageModel):
        yield value
    elif isinstance(value, list | tuple) and depth:
        for one in value:
            yield from _models_in(one, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _models_in([*value.values()], depth - 1)
    elif isinstance(value, Runnable) and depth:
        inside = [*getattr(value, "__dict__", {}).values(), getattr(value, "deps", ())]
        yield from _models_in(inside, depth - 1)


def _host(model: BaseLanguageModel[Any]) -> str | None:
    for name in _ADDRESSES:
        address = getattr(model, name, None)
        if isinstance(address, str) and urlsplit(address).hostname:
            return None if is_this_computer(address) else host_of(address)
    return f"the provider of {type(model).__name__}" if model.lc_secrets else None
