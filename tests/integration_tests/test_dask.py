"""A database per task on a cluster: docs/performance.md, on Dask's local one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_imessage import IMessageChatLoader, prepare, write_dataset
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.preparation import Prepared

distributed = pytest.importorskip(
    "distributed", reason="Dask's scheduler is not installed (group `cluster`)"
)


def test_a_database_per_task_gives_what_it_gives_here(tmp_path: Path) -> None:
    # Defined here, so that they are sent by value: a worker cannot import a test.
    def examples_of(path: str) -> Prepared:
        return prepare(IMessageChatLoader(path), sender="Tortoise")

    def train_file(examples: Prepared, folder: str) -> bytes:
        return write_dataset(examples, folder).train.read_bytes()

    paths = [str(write_sample(tmp_path / f"{name}.db")) for name in ("ann", "ben")]
    expected = [train_file(examples_of(path), f"{path}.here") for path in paths]
    with (
        distributed.LocalCluster(n_workers=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        made = client.map(examples_of, paths)
        written = client.map(train_file, made, [f"{path}.there" for path in paths])
        assert client.gather(written) == expected
