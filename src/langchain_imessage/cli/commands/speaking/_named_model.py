"""A name such as `ollama:llama3.2` → a chat model, as LangChain makes it.

Owns what is said where LangChain, or the provider's own package, is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.errors import IMessageError, MissingDependencyError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def named_model(name: str) -> BaseChatModel:
    """Return a chat model by its name.

    Args:
        name: The provider and the model, as `init_chat_model` takes them.

    Raises:
        IMessageError: If the provider's package is missing, or there is no such provider.
        MissingDependencyError: If LangChain is not installed.
    """
    try:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependencyError("langchain", extra="models") from error
    try:
        model: BaseChatModel = init_chat_model(name)
    except (ImportError, ValueError) as error:
        raise IMessageError(str(error).partition("\n")[0]) from error
    return model
