"""A fine-tuning server with a clock, and OpenAI's own client of it, in its strict mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import Clock, connect

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[FineTuningServer]:
    with FineTuningServer(
        clock=clock, keep_bodies=True, flagged=["darned", "c*rse"]
    ) as server:
        yield server


@pytest.fixture
def client(server: FineTuningServer) -> Iterator[Any]:
    with connect(server) as client:
        yield client
