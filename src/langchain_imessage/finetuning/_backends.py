"""Where a job runs: the one place that knows both kinds of backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning.calls._retry import QUICK, Pace
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted._hosted_backend import HostedBackend
from langchain_imessage.finetuning.hosted.catalog._addresses import is_this_computer
from langchain_imessage.finetuning.hosted.catalog._providers import provider_named

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.finetuning._types import Backend
    from langchain_imessage.finetuning.hosted._client import ProviderConnection
    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider
    from langchain_imessage.finetuning.state._state_file import StateFile

LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendConfig:
    """The backend that a caller asks for.

    Attributes:
        provider: Its name in the table of providers.
        base_url: Its address, if not the one in the table.
        api_key: Its key, if not the one in the environment.
        client: A client of the SDK to use instead.
        pace: How often to check; None for what suits.
        expires_after: Seconds after which uploaded files expire; None for never.
        resume: On this computer, go on from the latest checkpoint.
        starts_job: Whether a job is to be started, and none can be there already.
    """

    provider: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    client: Any = field(default=None, repr=False)
    pace: Pace | None = None
    expires_after: int | None = None
    resume: bool = False
    starts_job: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedBackend:
    """A backend, ready to run jobs.

    Attributes:
        provider: The provider.
        runner: What runs the jobs.
        pace: How often to check.
        connection: The connection to a provider; None on this computer.
    """

    provider: Provider
    runner: Backend
    pace: Pace
    connection: ProviderConnection | None = None

    @property
    def base_url(self) -> str | None:
        """Its address, without secrets; None on this computer."""
        return self.connection.base_url if self.connection else None


def open_backend(
    config: BackendConfig, state: StateFile, folder: Path
) -> ResolvedBackend:
    """Return a backend that is ready to run jobs; nothing is sent yet.

    Args:
        config: The backend that is asked for.
        state: The state file that records uploads.
        folder: Where the dataset is.

    Raises:
        FineTuningError: If there is no such provider, no address or no key.
        MissingDependencyError: If the provider needs an extra that is not installed.
    """
    if config.provider == LOCAL:
        mlx = import_module("langchain_imessage.finetuning.local._local_backend")
        return ResolvedBackend(
            provider=provider_named(LOCAL),
            runner=mlx.local_backend(folder, resume=config.resume),
            pace=config.pace or QUICK,
        )
    connection = connect(
        config.provider,
        base_url=config.base_url,
        api_key=config.api_key,
        client=config.client,
        today=(config.pace or Pace()).today() if config.starts_job else None,
    )
    near = is_this_computer(connection.base_url)
    pace = config.pace or (QUICK if near else Pace())
    runner = HostedBackend(
        connection=connection,
        state=state,
        pace=pace,
        expires_after=config.expires_after,
    )
    return ResolvedBackend(
        provider=connection.provider, runner=runner, pace=pace, connection=connection
    )
