"""The next commands for trainers with interfaces of their own: whole and valid."""

from __future__ import annotations

import ast
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from made_examples import example

from langchain_imessage.datasets import Dataset, write_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import next_commands

if TYPE_CHECKING:
    from pathlib import Path

TRAINERS = ("fireworks", "together", "trl", "axolotl", "llamafactory")


def dataset_for(sink: str, folder: Path, validation: float = 0.2) -> Dataset:
    sessions: list[Any] = [
        {
            "messages": [HumanMessage(f"Number {n}?"), AIMessage(f"Yes, {n}.")],
            "split": {"gap_seconds": None, "piece": n, "started": float(n)},
        }
        for n in range(20)
    ]
    return write_dataset(sessions, folder, sink=sink, validation=validation)


@pytest.mark.parametrize("sink", TRAINERS)
def test_commands_name_the_files_and_the_model(sink: str, tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    text = next_commands(dataset_for(sink, folder), model="acme/model")
    assert "acme/model" in text
    assert "$" not in text
    assert str(folder) in text
    assert "validation" in text
    assert text == next_commands(folder, model="acme/model")


@pytest.mark.parametrize("sink", TRAINERS)
def test_where_nothing_is_held_out_nothing_is_said_of_it(
    sink: str, tmp_path: Path
) -> None:
    text = next_commands(dataset_for(sink, tmp_path / "data", 0))
    assert "validation" not in text.replace('data.get("validation")', "")
    assert "None" not in text


@pytest.mark.parametrize("sink", ["fireworks", "together"])
def test_commands_are_one_a_shell_can_read(sink: str, tmp_path: Path) -> None:
    folder = tmp_path / "Ann's data"
    text = next_commands(dataset_for(sink, folder))
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = shlex.split("\n".join(lines))
    assert str(folder / "train.jsonl") in words
    assert str(folder / "validation.jsonl") in words


def test_the_script_is_python(tmp_path: Path) -> None:
    folder = tmp_path / 'a "b'
    tree = ast.parse(next_commands(dataset_for("trl", folder)))
    (files,) = [n for n in ast.walk(tree) if isinstance(n, ast.Dict)]
    assert ast.literal_eval(files)["train"] == str(folder / "train.jsonl")


@pytest.mark.parametrize("sink", ["axolotl", "llamafactory"])
def test_the_settings_are_yaml(sink: str, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    dataset = dataset_for(sink, tmp_path / "a: b")
    settings = yaml.safe_load(next_commands(dataset))
    if sink == "axolotl":
        assert settings["datasets"][0]["path"] == str(dataset.train)
        assert settings["test_datasets"][0]["path"] == str(dataset.validation)
    else:
        assert settings["dataset_dir"] == str(dataset.folder)
        assert (dataset.folder / "dataset_info.json").is_file()
    assert settings["num_epochs" if sink == "axolotl" else "num_train_epochs"] > 0


def test_a_dataset_for_another_is_sent_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(FineTuningError, match=r"fine_tune\(\)"):
        next_commands(dataset_for("openai", tmp_path / "data"))


def test_files_that_were_changed_are_checked(tmp_path: Path) -> None:
    dataset = dataset_for("together", tmp_path / "data")
    text = dataset.train.read_text()
    dataset.train.write_text(text.replace('"role":"assistant"', '"role":"usersystem"'))
    with pytest.raises(FineTuningError, match="does not accept these files"):
        next_commands(dataset)


@pytest.mark.parametrize("sink", ["trl", "axolotl", "llamafactory"])
def test_the_trainer_is_told_the_limit_the_rows_were_cut_to(
    sink: str, tmp_path: Path
) -> None:
    made = [example("q", "a")]
    write_dataset(made, tmp_path / "own", sink=sink, validation=0)
    limit = {"trl": "1024"}.get(sink, "2048")
    assert limit in next_commands(tmp_path / "own")
    write_dataset(made, tmp_path / "more", sink=sink, validation=0, max_tokens=8_191)
    assert "8191" in next_commands(tmp_path / "more")


@pytest.mark.parametrize(
    ("sink", "option"), [("trl", "completion"), ("llamafactory", "mask_history: true")]
)
def test_a_trainer_is_told_where_a_row_teaches_its_last_answer_only(
    sink: str, option: str, tmp_path: Path
) -> None:
    made: Any = example("q", "a", "r", "b", weights=[0, 1])
    write_dataset([made], tmp_path / "all", sink=sink, validation=0)
    assert option not in next_commands(tmp_path / "all")
    made["learned"] = "last"
    dataset = write_dataset([made], tmp_path / "last", sink=sink, validation=0)
    told = next_commands(dataset)
    assert option in told
    assert "assistant_only_loss" not in told
    assert dataset.manifest["learned"] == "last"
    assert "Each row teaches its last answer only" in dataset.notes[-1]
