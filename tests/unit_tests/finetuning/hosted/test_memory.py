"""An upload holds a piece of the file in memory, however large the file is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("openai")
pytest.importorskip("resource")

pytestmark = [pytest.mark.slow, pytest.mark.untraced]

CLIENT = """
import resource, sys
from pathlib import Path
from langchain_imessage.finetuning import Pace
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.state._file_content import digest_file
from langchain_imessage.finetuning.state._state_file import StateFile
from langchain_imessage.finetuning.hosted._upload import Uploader
path, base_url = Path(sys.argv[1]), sys.argv[2]
connection = connect("openai", base_url=base_url)
uploader = Uploader(
    client=connection.client,
    base_url=connection.base_url,
    state=StateFile(path.with_suffix(".state")),
    pace=Pace(first=0.01),
    say=lambda line: None,
)
list(connection.quick.files.list())  # so that all is imported and warm
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
uploader.upload(digest_file(path, "train.jsonl"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
UNIT = 1024 if sys.platform == "linux" else 1
"""Bytes in what `ru_maxrss` counts in."""


@pytest.mark.parametrize(("megabytes", "parts"), [(60, 0), (140, 3)])
def test_memory_does_not_grow_with_the_file(
    megabytes: int, parts: int, tmp_path: Path
) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    with FineTuningServer() as server:
        run = subprocess.run(
            [sys.executable, "-c", CLIENT, str(path), server.base_url],
            check=True,
            capture_output=True,
            text=True,
        )
        assert sum(r.path.endswith("/parts") for r in server.requests) == parts
    assert int(run.stdout) * UNIT < 16_000_000
