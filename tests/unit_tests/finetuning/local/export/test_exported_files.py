"""The exported forms of a tiny model, read back by libraries that are not ours.

`tests/consumers/read_exports.py` has a real one answer in transformers, PEFT and llama.cpp.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import write_tiny_model
from langchain_imessage.finetuning.local.export import _exporter_main, _gguf_tokens
from langchain_imessage.finetuning.local.export._fused_folder import FusedModel
from langchain_imessage.finetuning.local.export._gguf_tokens import add_tokenizer
from langchain_imessage.finetuning.local.models._gguf_layout import PRE_TOKENIZERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest import TempPathFactory  # noqa: PT013 - a type

np = pytest.importorskip("numpy")
safetensors = pytest.importorskip("safetensors.numpy")
tokenizers = pytest.importorskip("tokenizers")

pytestmark = pytest.mark.skipif(
    not (find_spec("mlx") and find_spec("mlx_lm") and find_spec("gguf")),
    reason="mlx-lm and gguf (extra mlx) are not installed",
)

RANK, SCALE, LAYER = 2, 5.0, "model.layers.1.self_attn.q_proj"


@pytest.fixture(scope="module")
def mlx() -> Iterator[None]:
    """Import mlx-lm, which lowers the number of files the whole process may open."""
    import resource  # noqa: PLC0415 - Windows has none

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    importlib.import_module("mlx_lm")
    yield
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    soft = limits[0] if hard == resource.RLIM_INFINITY else min(limits[0], hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: TempPathFactory, mlx: None) -> Path:
    """Export a tiny model with an adapter for one matrix."""
    assert mlx is None
    folder = tmp_path_factory.mktemp("exported")
    base = write_tiny_model(folder / "base", ["hello you"])
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 2}))
    adapters = folder / "adapters"
    adapters.mkdir()
    lora = {"rank": RANK, "scale": SCALE, "dropout": 0.0, "keys": ["self_attn.q_proj"]}
    settings = {"fine_tune_type": "lora", "num_layers": 1, "lora_parameters": lora}
    (adapters / "adapter_config.json").write_text(json.dumps(settings))
    rng = np.random.default_rng(1)
    safetensors.save_file(
        {
            f"{LAYER}.lora_a": rng.normal(size=(64, RANK)).astype(np.float32),
            f"{LAYER}.lora_b": rng.normal(size=(RANK, 64)).astype(np.float32),
        },
        adapters / "adapters.safetensors",
    )
    for name in ("fused", "peft"):
        (folder / name).mkdir()
    for form, name in (("fused", "fused"), ("peft", "peft"), ("gguf", "model.gguf")):
        _exporter_main._export(form, str(base), adapters, folder / name)
    return folder


def weights(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = safetensors.load_file(folder / name)
    return found


def learned(folder: Path) -> Any:
    """Return the base's matrix with what was learned, computed here."""
    base = weights(folder / "base", "model.safetensors")[f"{LAYER}.weight"]
    adapter = weights(folder / "adapters", "adapters.safetensors")
    product = adapter[f"{LAYER}.lora_a"] @ adapter[f"{LAYER}.lora_b"]
    return base + SCALE * product.T


@pytest.mark.slow
class TestFused:
    """A folder as any model's."""

    def test_the_learned_matrix_is_in_it_and_the_others_are_the_bases(
        self, exported: Path
    ) -> None:
        found = weights(exported / "fused", "model.safetensors")
        base = weights(exported / "base", "model.safetensors")
        assert found.keys() == base.keys()
        wanted = {**base, f"{LAYER}.weight": learned(exported)}
        for name, value in wanted.items():
            assert np.allclose(found[name], value, atol=1e-5), name

    def test_the_end_of_an_answer_is_named(self, exported: Path) -> None:
        spec = json.loads((exported / "fused" / "tokenizer.json").read_text())
        ids = {one["content"]: one["id"] for one in spec["added_tokens"]}
        text = (exported / "fused" / "generation_config.json").read_text()
        assert json.loads(text) == {"eos_token_id": [ids["<|im_end|>"]]}

    def test_transformers_reads_its_tokenizer_and_template(
        self, exported: Path
    ) -> None:
        script = (
            "import sys; from transformers import AutoTokenizer;"
            "t = AutoTokenizer.from_pretrained(sys.argv[1]);"
            "print(t.apply_chat_template([{'role': 'user', 'content': 'hello'}],"
            " tokenize=False, add_generation_prompt=True))"
        )
        words = [sys.executable, "-c", script, str(exported / "fused")]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        asked = "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"
        assert done.stdout.strip() == asked.strip()


@pytest.mark.slow
def test_peft_has_the_transposes_its_names_and_its_scaling(exported: Path) -> None:
    found = weights(exported / "peft", "adapter_model.safetensors")
    name = f"base_model.model.{LAYER}"
    assert {key: value.shape for key, value in found.items()} == {
        f"{name}.lora_A.weight": (RANK, 64),
        f"{name}.lora_B.weight": (64, RANK),
    }
    config = json.loads((exported / "peft" / "adapter_config.json").read_text())
    scaling = config["lora_alpha"] / config["r"]
    product = found[f"{name}.lora_B.weight"] @ found[f"{name}.lora_A.weight"]
    base = weights(exported / "base", "model.safetensors")[f"{LAYER}.weight"]
    assert np.allclose(base + scaling * product, learned(exported), atol=1e-5)
    assert config["target_modules"] == ["q_proj"]
    assert config["layers_to_transform"] == [1]
    assert config["base_model_name_or_path"] == str(exported / "base")


@pytest.mark.slow
def test_gguf_has_the_weights_sizes_tokens_and_template(exported: Path) -> None:
    gguf = pytest.importorskip("gguf")
    reader = gguf.GGUFReader(exported / "model.gguf")
    facts = {name: field.contents() for name, field in reader.fields.items()}
    assert facts["general.architecture"] == "llama"
    assert facts["llama.block_count"] == 2
    assert facts["llama.attention.head_count"] == 4
    assert facts["tokenizer.ggml.pre"] == "gpt-2"
    spec = json.loads((exported / "base" / "tokenizer.json").read_text())
    assert facts["tokenizer.ggml.tokens"][5] == next(
        name for name, number in spec["model"]["vocab"].items() if number == 5
    )
    end = facts["tokenizer.ggml.tokens"].index("<|im_end|>")
    assert facts["tokenizer.ggml.eot_token_id"] == end
    assert "<|im_start|>" in facts["tokenizer.chat_template"]
    tensor = next(one for one in reader.tensors if one.name == "blk.1.attn_q.weight")
    rows = learned(exported)
    # llama.cpp rotates in pairs: of each of the four heads, a row of either half.
    order = [
        head * 16 + half * 8 + n
        for head in range(4)
        for n in range(8)
        for half in (0, 1)
    ]
    assert tensor.data.dtype == np.float16
    assert np.allclose(tensor.data, rows[order], rtol=2e-3, atol=1e-2)


class Writer:
    """A writer of GGUF that keeps what it is given."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return lambda value: self.facts.update({name: value})


def fused(spec: dict[str, Any], *, template: str = "t") -> FusedModel:
    tokenizer = SimpleNamespace(
        backend_tokenizer=SimpleNamespace(to_str=lambda: json.dumps(spec)),
        encode=lambda _: [0],
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=None,
        chat_template=template,
    )
    return FusedModel(model=None, tokenizer=tokenizer, config={}, end_tokens=(2, 1))


def spec(*steps: dict[str, Any], kind: str = "BPE") -> dict[str, Any]:
    last = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
    return {
        "model": {"type": kind, "vocab": {"a": 0, "b": 1}, "merges": [["a", "b"]]},
        "added_tokens": [
            {"id": 2, "content": "<end>", "special": True},
            {"id": 4, "content": "<say>", "special": False},
        ],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*steps, last]},
    }


def split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}


def test_tokens_have_their_kinds_and_empty_rows_names_of_their_own() -> None:
    writer = Writer()
    add_tokenizer(
        writer, fused(spec({"type": "Digits", "individual_digits": True})), size=6
    )
    assert writer.facts["add_token_list"] == [
        "a",
        "b",
        "<end>",
        "[PAD3]",
        "<say>",
        "[PAD5]",
    ]
    assert writer.facts["add_token_types"] == [1, 1, 3, 5, 4, 5]
    assert writer.facts["add_tokenizer_pre"] == "smollm"
    assert writer.facts["add_token_merges"] == ["a b"]
    assert writer.facts["add_eot_token_id"] == 2
    assert writer.facts["add_add_bos_token"]
    assert "add_pad_token_id" not in writer.facts


@pytest.mark.parametrize("name", ["llama-bpe", "qwen2"])
def test_the_ways_to_cut_text_are_known_by_their_patterns(name: str) -> None:
    writer = Writer()
    pattern = PRE_TOKENIZERS[name][1]
    assert pattern is not None
    add_tokenizer(writer, fused(spec(split(pattern))), size=5)
    assert writer.facts["add_tokenizer_pre"] == name


@pytest.mark.parametrize(
    "other",
    [
        spec(split(r"\w+")),
        spec({"type": "Whitespace"}),
        spec({"type": "Digits", "individual_digits": False}),
        spec(),
        spec(kind="Unigram"),
        {**spec(), "pre_tokenizer": None},
    ],
)
def test_another_way_to_cut_text_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(FineTuningError, match="convert_hf_to_gguf"):
        add_tokenizer(Writer(), fused(other), size=5)


def test_a_tokenizer_of_another_library_is_refused() -> None:
    model = fused(spec())
    del model.tokenizer.backend_tokenizer
    with pytest.raises(FineTuningError, match="convert_hf_to_gguf"):
        add_tokenizer(Writer(), model, size=5)


@pytest.mark.parametrize(
    ("template", "exported"),
    [
        ("{{ a }}", "{{ a }}"),
        (
            "{{ enable_thinking }}",
            "{%- set enable_thinking = false %}{{ enable_thinking }}",
        ),
    ],
)
def test_a_template_that_can_think_does_not(template: str, exported: str) -> None:
    assert fused(spec(), template=template).chat_template == exported


@pytest.mark.usefixtures("exported")
@pytest.mark.slow
def test_a_process_that_fails_prints_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    arguments = ["gguf", str(tmp_path), str(tmp_path), str(tmp_path / "m")]
    monkeypatch.setattr(_exporter_main, "load_fused", lambda *_: fused(spec()))
    assert _exporter_main.main(arguments) == 1
    assert json.loads(capfd.readouterr().out)["code"] == "not_exported"
    monkeypatch.setattr(_exporter_main, "write_peft", lambda *_: None)
    assert _exporter_main.main(["peft", *arguments[1:]]) == 0


def test_a_model_has_no_more_tokens_than_rows() -> None:
    tokens, kinds = _gguf_tokens._tokens(spec(), 5)
    assert len(tokens) == len(kinds) == 5
