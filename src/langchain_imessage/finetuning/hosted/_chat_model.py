"""A succeeded job at a provider → a LangChain chat model for its tuned model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning.hosted._http import async_http_client, http_client
from langchain_imessage.finetuning.hosted.catalog._addresses import (
    check_address,
    host_of,
)

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from langchain_imessage.finetuning._types import JobState
    from langchain_imessage.finetuning.hosted._client import ProviderConnection

_FIELDS = {
    "model_name": "model",
    "openai_api_base": "base_url",
    "openai_api_key": "api_key",
    "openai_organization": "organization",
}
"""Other names that `ChatOpenAI` takes."""


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
    given = {_FIELDS.get(name, name): value for name, value in kwargs.items()}
    address = given.get("base_url") or _base_url(connection)
    key = given.get("api_key") or _key_for(connection, address)
    check_address(address)
    settings: dict[str, Any] = {
        "model": _model(connection, state, given),
        "organization": connection.client.organization,
        "http_client": http_client(address, _plain(key)),
        "http_async_client": async_http_client(address, _plain(key)),
        "openai_proxy": None,
        **given,
        "base_url": address,
        "api_key": key,
    }
    return ChatOpenAI(**settings)


def _key_for(connection: ProviderConnection, address: str) -> Any:
    """Return the connection's key, for the connection's own host only."""
    if host_of(address) == host_of(connection.base_url):
        return connection.client.api_key
    raise FineTuningError(
        f"{host_of(address)} needs a key: chat_model(base_url=..., api_key=...). The key "
        f"of {connection.provider.title} is not sent there.",
        code="no_key",
    )


def _plain(key: Any) -> str | None:
    """Return a key as text; None where it is made for each request."""
    text = key.get_secret_value() if hasattr(key, "get_secret_value") else key
    return text if isinstance(text, str) else None


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


def _base_url(connection: ProviderConnection) -> str:
    """Return the address for chats; an AzureOpenAI client's own is for dated versions."""
    address = str(connection.client.base_url)
    if connection.provider.name == "azure" and "/v1" not in address:
        return f"{address.split('/openai', maxsplit=1)[0].rstrip('/')}/openai/v1/"
    return address
