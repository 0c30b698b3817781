"""Where a job can run: the one place that knows both kinds of backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._retry import QUICK, Pace
from langchain_imessage.finetuning.hosted._backend import HostedBackend
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted._providers import (
    is_this_computer,
    provider_named,
)

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.finetuning._state_file import StateFile
    from langchain_imessage.finetuning._types import Backend
    from langchain_imessage.finetuning.hosted._client import Connection
    from langchain_imessage.finetuning.hosted._providers import Provider

LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where somebody wants a job to run.

    Attributes:
        provider: By its name in the table.
        base_url: Its address, if not the one in the table.
        api_key: Its key, if not the one in the environment.
        client: A client of the SDK to use instead.
        pace: How often to look; None for what suits.
        expires_after: Seconds after which uploaded files expire; None for never.
        resume: On this computer, go on from the latest checkpoint.
    """

    provider: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    client: Any = field(default=None, repr=False)
    pace: Pace | None = None
    expires_after: int | None = None
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a job runs.

    Attributes:
        provider: Who it is.
        backend: Who runs it.
        pace: How often to look.
        connection: How to talk to it; None on this computer.
    """

    provider: Provider
    backend: Backend
    pace: Pace
    connection: Connection | None = None

    @property
    def base_url(self) -> str | None:
        """Its address, without secrets; None on this computer."""
        return self.connection.base_url if self.connection else None


def open_place(where: Where, state: StateFile, folder: Path) -> Place:
    """Make ready to run jobs somewhere; nothing is sent yet.

    Args:
        where: Where.
        state: Where it is written down what was uploaded.
        folder: Where the dataset is.

    Raises:
        FineTuningError: If there is no such provider, no address or no key.
        MissingDependencyError: If the provider needs an extra that is not installed.
    """
    if where.provider == LOCAL:
        mlx = import_module("langchain_imessage.finetuning.local._backend")
        return Place(
            provider=provider_named(LOCAL),
            backend=mlx.local_backend(folder, resume=where.resume),
            pace=where.pace or QUICK,
        )
    connection = connect(
        where.provider,
        base_url=where.base_url,
        api_key=where.api_key,
        client=where.client,
    )
    near = is_this_computer(connection.base_url)
    pace = where.pace or (QUICK if near else Pace())
    backend = HostedBackend(
        connection=connection, state=state, pace=pace, expires_after=where.expires_after
    )
    return Place(
        provider=connection.provider, backend=backend, pace=pace, connection=connection
    )
