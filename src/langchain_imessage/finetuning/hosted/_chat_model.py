"""A succeeded job at a provider → a LangChain chat model for its tuned model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning.hosted._http import async_http_client, http_client

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import JobState
    from langchain_imessage.finetuning.hosted._client import ProviderConnection


def hosted_chat_model(
    connection: ProviderConnection, state: JobState, **kwargs: Any
) -> ChatOpenAI:
    """Return a chat model for a job's tuned model.

    Args:
        connection: The provider.
        state: The job, as last seen.
        **kwargs: For `ChatOpenAI`; they win over what the job says.

    Raises:
        FineTuningError: If there is no tuned model, or it is not served yet.
        MissingDependencyError: If langchain-openai is not installed.
    """
    try:
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise MissingDependencyError("langchain-openai", extra="openai") from error
    client = connection.client
    settings: dict[str, Any] = {
        "model": _model(connection, state, kwargs),
        "base_url": _base_url(connection),
        "api_key": client.api_key,
        "organization": client.organization,
        **_http_clients(connection),
    }
    return ChatOpenAI(**{**settings, **kwargs})


def _model(
    connection: ProviderConnection, state: JobState, kwargs: dict[str, Any]
) -> str:
    if kwargs.get("model"):
        return str(kwargs["model"])
    if connection.provider.name == "azure":
        raise FineTuningError(
            "Azure serves a tuned model only where it is deployed. Deploy it in the "
            "portal or with the az command, then: chat_model(model=YOUR_DEPLOYMENT)",
            job_id=state.job_id,
            code="not_deployed",
        )
    if state.fine_tuned_model is None:
        raise FineTuningError(
            f"Job {state.job_id} names no tuned model (status {state.status}). See "
            f"{connection.provider.title}'s pages on serving a tuned model, and pass its "
            "name: chat_model(model=NAME)",
            job_id=state.job_id,
            code="no_model",
        )
    return state.fine_tuned_model


def _http_clients(connection: ProviderConnection) -> dict[str, Any]:
    """Return the HTTP clients for chats; a caller's own client keeps its settings."""
    if connection.is_callers_own:
        return {}
    address, key = str(connection.client.base_url), connection.client.api_key
    return {
        "http_client": http_client(address, key),
        "http_async_client": async_http_client(address, key),
        "openai_proxy": None,
    }


def _base_url(connection: ProviderConnection) -> str:
    """Return the address for chats; an AzureOpenAI client's own is for dated versions."""
    address = str(connection.client.base_url)
    if connection.provider.name == "azure" and "/v1" not in address:
        return f"{address.split('/openai', maxsplit=1)[0].rstrip('/')}/openai/v1/"
    return address
