"""The next commands for trainers with interfaces of their own: whole and valid."""

from __future__ import annotations

import ast
import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from made_examples import example

from langchain_imessage.datasets import Dataset, write_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import next_commands

TRAINERS = ("fireworks", "together", "tinker", "trl", "axolotl", "llamafactory")


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
    assert "validation" not in text
    assert "eval_" not in text.replace("eval_every", "")
    assert "None" not in text


@pytest.mark.parametrize("sink", ["fireworks", "together"])
def test_commands_are_one_a_shell_can_read(sink: str, tmp_path: Path) -> None:
    folder = tmp_path / "Ann's data"
    text = next_commands(dataset_for(sink, folder))
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = shlex.split("\n".join(lines))
    assert str(folder / "train.jsonl") in words
    assert str(folder / "validation.jsonl") in words


@pytest.mark.parametrize("sink", ["trl", "tinker"])
@pytest.mark.parametrize("validation", [0, 0.2])
def test_the_script_is_python(sink: str, validation: float, tmp_path: Path) -> None:
    folder = tmp_path / ("a 'b" if os.name == "nt" else 'a "b')
    tree = ast.parse(next_commands(dataset_for(sink, folder, validation)))
    (files,) = [n for n in ast.walk(tree) if isinstance(n, ast.Dict)]
    named = ast.literal_eval(files)
    assert named["train"] == str(folder / "train.jsonl")
    assert ("validation" in named) == bool(validation)


@pytest.mark.parametrize(
    ("sink", "evaluates", "epochs"),
    [
        ("fireworks", "--evaluation-dataset imessage-validation", "--epochs"),
        ("together", "--n-evals", "--n-epochs"),
        ("tinker", "eval_every=", "num_epochs="),
        ("trl", 'eval_strategy="epoch"', "num_train_epochs="),
        ("axolotl", "evals_per_epoch: 1", "num_epochs:"),
        ("llamafactory", "eval_strategy: epoch", "num_train_epochs:"),
    ],
)
def test_the_held_out_file_is_evaluated_and_the_epochs_are_the_manifests(
    sink: str, evaluates: str, epochs: str, tmp_path: Path
) -> None:
    dataset = dataset_for(sink, tmp_path / "data")
    text = next_commands(dataset)
    assert evaluates in text
    after = text.partition(epochs)[2].strip().split()[0]
    assert after.strip(",\\") == str(dataset.manifest["estimate"]["epochs"])


def own_turns_of(script: str) -> Any:
    """Return the function that makes TRL's rows."""
    tree = ast.parse(script)
    body: list[ast.stmt] = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    names: dict[str, Any] = {}
    exec(compile(ast.Module(body, []), "train.py", "exec"), names)  # noqa: S102 - our own script
    return names["own_turns"]


def test_trl_learns_each_own_turn_whatever_the_template(tmp_path: Path) -> None:
    row = [{"role": role, "content": role} for role in ("user", "assistant") * 2]
    dataset = dataset_for("trl", tmp_path / "data")
    made = own_turns_of(next_commands(dataset))({"messages": [row]})
    assert made["prompt"] == [row[:1], row[:3]]
    assert made["completion"] == [row[1:2], row[3:]]
    assert made["chat_template_kwargs"][0] == {"enable_thinking": False}
    last = replace(dataset, manifest={**dataset.manifest, "learned": "last"})
    made = own_turns_of(next_commands(last))({"messages": [row]})
    assert made["prompt"] == [row[:3]]
    assert made["completion"] == [row[3:]]


@pytest.mark.parametrize(
    ("model", "axolotl", "llamafactory"),
    [
        ("Qwen/Qwen3-0.6B", "qwen3", "qwen3"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3", "llama3"),
        ("acme/other", "tokenizer_default", "default"),
    ],
)
def test_the_template_is_the_models(
    model: str, axolotl: str, llamafactory: str, tmp_path: Path
) -> None:
    yaml = pytest.importorskip("yaml")

    def settings(sink: str) -> Any:
        return yaml.safe_load(
            next_commands(dataset_for(sink, tmp_path / sink), model=model)
        )

    assert settings("axolotl")["chat_template"] == axolotl
    other = settings("llamafactory")
    assert other["template"] == llamafactory
    assert other["enable_thinking"] is False


@pytest.mark.parametrize("sink", ["axolotl", "llamafactory"])
def test_the_settings_are_yaml(sink: str, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    dataset = dataset_for(sink, tmp_path / "a # b")
    settings = yaml.safe_load(next_commands(dataset))
    if sink == "axolotl":
        assert settings["datasets"][0]["path"] == str(dataset.train)
        assert settings["test_datasets"][0]["path"] == str(dataset.validation)
    else:
        assert settings["dataset_dir"] == str(dataset.folder)
        assert (dataset.folder / "dataset_info.json").is_file()
    assert settings["num_epochs" if sink == "axolotl" else "num_train_epochs"] > 0


ODD = """it's "odd" # a: 😀"""
ODD_ON_WINDOWS = "it's odd # a 😀"


@pytest.mark.parametrize("sink", TRAINERS)
def test_any_path_and_any_model_is_named_as_it_is(sink: str, tmp_path: Path) -> None:
    name = ODD_ON_WINDOWS if os.name == "nt" else ODD
    dataset = dataset_for(sink, tmp_path / name)
    text = next_commands(dataset, model=f"acme/{name}")
    if sink in {"trl", "tinker"}:
        nodes = ast.walk(ast.parse(text))
        named = {n.value for n in nodes if isinstance(n, ast.Constant)}
    elif sink in {"axolotl", "llamafactory"}:
        settings = pytest.importorskip("yaml").safe_load(text)
        folder = settings.get("dataset_dir")
        paths = [one["path"] for one in settings.get("datasets", ())]
        named = {settings.get("base_model"), settings.get("model_name_or_path"), *paths}
        named |= {f"{folder}{os.sep}train.jsonl"} if folder else set()
    else:
        named = set(shlex.split(text, comments=True))
    assert {str(dataset.train), f"acme/{name}"} <= named


@pytest.mark.parametrize("sink", ["fireworks", "together"])
def test_a_path_is_never_an_option(
    sink: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(next_commands(dataset_for(sink, Path("-data"))), comments=True)
    assert "./-data/train.jsonl" in words
    assert "./-data/validation.jsonl" in words


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
    ("sink", "option"),
    [
        ("trl", "each last answer"),
        ("llamafactory", "mask_history: true"),
        ("tinker", "LAST_ASSISTANT"),
    ],
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
    assert dataset.manifest["learned"] == "last"
    assert "Each row teaches its last answer only" in dataset.notes[-1]
