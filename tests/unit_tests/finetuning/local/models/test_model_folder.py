"""A model's folder: a part of a model is refused before anybody agrees to train it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from model_folders import write_empty_model

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import fine_tune
from langchain_imessage.finetuning.local.models._base_model import (
    is_folder,
    require_usable,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WEIGHTS = "model.safetensors"
CODE = '{"model_type": "llama", "model_file": "model.py"}'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n"


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def with_text(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: folder.joinpath(name).write_text(text) and None


def cut(folder: Path) -> None:
    os.truncate(folder / WEIGHTS, (folder / WEIGHTS).stat().st_size - 1)


def lacking_a_part(folder: Path) -> None:
    first, second = "model-1-of-2.safetensors", "model-2-of-2.safetensors"
    (folder / WEIGHTS).rename(folder / first)
    index = {"weight_map": {"a": first, "b": second}}
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps(index))


@pytest.mark.parametrize(
    ("damage", "code", "named"),
    [
        (without("config.json"), "model_unusable", "config.json is missing"),
        (with_text("config.json", "{"), "model_unusable", "config.json is no object"),
        (with_text("config.json", "{}"), "model_unusable", "names no model_type"),
        (with_text("config.json", CODE), "model_unusable", "code of the model's own"),
        (without(WEIGHTS), "model_unusable", "model.safetensors is missing"),
        (with_text(WEIGHTS, ""), "model_unusable", "model.safetensors is damaged"),
        (with_text(WEIGHTS, POINTER), "model_unusable", "model.safetensors is damaged"),
        (cut, "model_unusable", "not downloaded completely"),
        (lacking_a_part, "model_unusable", "model-2-of-2.safetensors is damaged"),
        (without("tokenizer.json"), "model_unusable", "tokenizer.json is missing"),
        (without("tokenizer_config.json"), "no_chat_template", "no chat template"),
        (with_text("tokenizer_config.json", "{}"), "no_chat_template", "Instruct"),
    ],
)
def test_a_part_of_a_model_is_refused_before_anybody_is_asked(
    tmp_path: Path, damage: Callable[[Path], None], code: str, named: str
) -> None:
    model = write_empty_model(tmp_path / "model")
    require_usable(str(model))
    damage(model)
    row = {"messages": [{"role": r, "content": "hi"} for r in ("user", "assistant")]}
    train = tmp_path / "train.jsonl"
    train.write_text(f"{json.dumps(row)}\n" * 10)
    asked: list[object] = []
    with pytest.raises(FineTuningError, match=named) as caught:
        fine_tune(train, model=str(model), confirm=asked.append, progress=False)
    assert caught.value.code == code
    assert not asked


def test_a_template_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    model = write_empty_model(tmp_path / "model")
    (model / "tokenizer_config.json").unlink()
    (model / "chat_template.jinja").write_text("{{ messages }}")
    require_usable(str(model))


def test_other_weights_in_a_folder_are_another_model(tmp_path: Path) -> None:
    one = write_empty_model(tmp_path / "one", weights=b"1234")
    same = write_empty_model(tmp_path / "same", weights=b"1234")
    other = write_empty_model(tmp_path / "other", weights=b"1235")
    assert version_of(str(one)) == version_of(str(same)) != version_of(str(other))
    assert version_of("Qwen/Qwen3-0.6B") == ""
    require_usable("Qwen/Qwen3-0.6B")


def test_a_file_is_no_folder_and_no_name_on_the_hub(tmp_path: Path) -> None:
    model = write_empty_model(tmp_path / "model")
    with pytest.raises(FineTuningError) as caught:
        is_folder(str(model / WEIGHTS))
    assert caught.value.code == "model_not_found"
