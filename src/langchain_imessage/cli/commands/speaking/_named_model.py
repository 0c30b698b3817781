"""A model named on the command line → a chat model, and whether it runs on this computer.

Owns what counts as this computer. A model not known to run here counts as a remote one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from langchain_imessage.errors import (
    FineTuningError,
    IMessageError,
    MissingDependencyError,
)
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.language_models import BaseChatModel

_OLLAMA = "ollama"
_OLLAMA_HOST = "127.0.0.1"
_OLLAMA_CLOUD = ("-cloud", ":cloud")
"""Ends of the names of models that Ollama runs on its own servers."""


def runs_here(model: str, base_url: str | None) -> bool:
    """Return whether a model runs on this computer.

    Args:
        model: `provider:name`, as LangChain's `init_chat_model` takes it.
        base_url: The server that was named; None for the provider's own.
    """
    from langchain_imessage.finetuning.hosted.catalog._addresses import (  # noqa: PLC0415
        is_this_computer,
    )

    provider, _, name = model.partition(":")
    if provider == _OLLAMA and name.endswith(_OLLAMA_CLOUD):
        return False
    if base_url is not None:
        return is_this_computer(base_url)
    if provider != _OLLAMA:
        return False
    host = os.environ.get("OLLAMA_HOST") or _OLLAMA_HOST
    return is_this_computer(host if "//" in host else f"http://{host}")


def where(model: str, base_url: str | None) -> str:
    """Return where a model is, for people."""
    if base_url is not None:
        return safe_line(urlsplit(base_url).hostname or base_url)
    provider, colon, _ = model.partition(":")
    return safe_line(provider if colon else "its provider")


def named_model(name: str, **options: Any) -> BaseChatModel:
    """Return a chat model by its name.

    Args:
        name: The provider and the model, as `init_chat_model` takes them.
        **options: `base_url`, `api_key`, `temperature`; None is left to the provider.

    Raises:
        IMessageError: If the provider's package or its key is missing, or there is no such
            provider.
        MissingDependencyError: If LangChain is not installed.
    """
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise MissingDependencyError("langchain", extra="models") from error
    given = {key: value for key, value in options.items() if value is not None}
    try:
        model: BaseChatModel = init_chat_model(name, **given)
    except Exception as error:  # of any provider's SDK; nothing was sent yet
        raise IMessageError(_why_not(error, name)) from error
    return model


def _why_not(error: Exception, name: str) -> str:
    """Return why there is no such model, in a line."""
    if isinstance(error, AttributeError):  # LangChain looked for it in another package
        package = name.partition(":")[0].replace("_", "-")
        return (
            f"The package of this provider is missing: pip install langchain-{package}"
        )
    if "model_provider" in str(error):  # which is a parameter of LangChain's
        return (
            f"{safe_line(name)!r} names no provider of chat models: name both as "
            "PROVIDER:MODEL, such as ollama:llama3.2."
        )
    return str(error).partition("\n")[0] or type(error).__name__


def ask_model(call: Callable[[], str]) -> str:
    """Ask a model of any provider.

    Raises:
        FineTuningError: If it does not answer. Its error is not quoted: it may hold what
            was asked.
    """
    try:
        return call()
    except IMessageError:
        raise
    except Exception as error:  # noqa: BLE001 - of any provider's SDK
        name = type(error).__name__
    raise FineTuningError(
        f"The model did not answer ({name}). Is its name right, and is its server "
        "running? For ollama:NAME, install Ollama (https://ollama.com): `ollama serve` "
        "starts it, and `ollama pull NAME` fetches the model.",
        code="no_answer",
    )
