"""The page shows an evaluation of what its dataset holds out, and believes nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from dataset_folders import talk, write_folder

from langchain_imessage.datasets import read_dataset, write_report
from langchain_imessage.datasets.report._evaluation_figures import evaluation_figures

if TYPE_CHECKING:
    from pathlib import Path

TABLE = [["", "answers"], ["you, again", "200"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "data", [talk("a", "b")] * 3, [talk("c", "d")])


def put(folder: Path, **changed: Any) -> None:
    digest = read_dataset(folder).manifest["files"]["validation"]["sha256"]
    value = {
        "table": TABLE,
        "remarks": ["Short."],
        "settings": {"held_out_sha256": digest},
        "answers": [{"reply": "a private answer"}],
        **changed,
    }
    (folder / "evaluation.json").write_text(json.dumps(value))


def figures(folder: Path) -> Any:
    return evaluation_figures(folder, read_dataset(folder).manifest)


def test_the_table_is_shown_and_no_answer(folder: Path) -> None:
    put(folder)
    assert figures(folder) == {"table": TABLE, "remarks": ["Short."]}
    page = write_report(folder, folder / "report.html").read_text("utf-8")
    assert "you, again" in page
    assert "a private answer" not in page


def test_there_may_be_none(folder: Path) -> None:
    assert figures(folder) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"settings": {"held_out_sha256": "another"}},
        {"settings": None},
        {"table": [["a"], ["a", "b"]]},
        {"table": [[1]]},
        {"table": []},
        {"table": "x"},
        {"remarks": [{}]},
    ],
)
def test_what_is_of_another_dataset_or_no_table_is_not_shown(
    changed: dict[str, Any], folder: Path
) -> None:
    put(folder, **changed)
    assert figures(folder) is None


@pytest.mark.parametrize("text", ["{", "[]", "3", "[" * 9_000, "\udc00"])
def test_a_file_that_cannot_be_read_is_no_evaluation(text: str, folder: Path) -> None:
    data = text.encode("utf-8", "surrogatepass")
    (folder / "evaluation.json").write_bytes(data)
    assert figures(folder) is None


def test_no_link_is_followed(folder: Path, tmp_path: Path) -> None:
    put(folder)
    (folder / "evaluation.json").rename(tmp_path / "elsewhere")
    (folder / "evaluation.json").symlink_to(tmp_path / "elsewhere")
    assert figures(folder) is None
