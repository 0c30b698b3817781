"""A model is loaded without any code of its folder's."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning.local.worker._loading import load_model

if TYPE_CHECKING:
    import pytest


def module(name: str, **attributes: Any) -> ModuleType:
    made = ModuleType(name)
    made.__dict__.update(attributes)
    return made


def test_nobody_is_asked_whether_to_run_a_models_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []

    def load(*_: Any, **options: Any) -> tuple[str, str]:
        asked.append(options)
        return "model", "tokenizer"

    core = module("mlx.core", default_device=lambda: "gpu", cpu="cpu")
    monkeypatch.setitem(sys.modules, "mlx", module("mlx", core=core))
    monkeypatch.setitem(sys.modules, "mlx.core", core)
    monkeypatch.setitem(sys.modules, "mlx_lm", module("mlx_lm", load=load))
    assert load_model("folder") == ("model", "tokenizer")
    assert asked[0]["tokenizer_config"] == {"trust_remote_code": False}
