"""What is written is read as it was meant.

By the consumers that install here, and by the documented forms of those that do not.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from made_examples import example, examples

from langchain_imessage.datasets import SINKS, write_dataset

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets import Dataset

pytest.importorskip("orjson")

MESSAGE_SINKS = [name for name, sink in SINKS.items() if sink.shape == "messages"]
HF_SINKS = [name for name, sink in SINKS.items() if sink.uniform]
AWKWARD = '🐢 \u2028 \x85 half \ud83d "quoted" \\ud83d \t é'
READ = AWKWARD.replace("\ud83d", "\ufffd")


def awkward(count: int = 60) -> list[ChatSession]:
    """Make examples with all that has broken a loader, weights late among it."""
    plain = examples(count - 10)
    hard = [
        example(f"q {n}", f"b {n}", "r", f"{AWKWARD} {n}", piece=n, weights=[0, 0.5])
        for n in range(count - 10, count)
    ]
    for session in hard:
        session["messages"][0].name = "Zoë B."
        for number, message in enumerate(session["messages"]):
            if number % 2:
                like = {"kind": ("disliked", "liked")[number // 2], "is_from_me": False}
                message.additional_kwargs["reactions"] = [like]
    return [
        *plain,
        *hard,
        *(example("r", f"c {n}", piece=n, chat="2") for n in range(9)),
    ]


def rated() -> list[ChatSession]:
    made = []
    for n in range(40):
        session = example(f"q {n // 2}", f"{AWKWARD} {n}", piece=n)
        like = {"kind": ("disliked", "liked")[n % 2], "is_from_me": False}
        session["messages"][1].additional_kwargs["reactions"] = [like]
        made.append(session)
    return made


def write(sink: str, folder: Path) -> Dataset:
    made = rated() if sink.endswith("-dpo") else awkward()
    dataset = write_dataset(made, folder / "data", sink=sink, validation=0.2)
    assert dataset.validation
    return dataset


def rows(dataset: Dataset) -> list[Any]:
    files = [dataset.train, dataset.validation or dataset.train]
    return [
        json.loads(line) for file in files for line in file.read_bytes().splitlines()
    ]


@pytest.mark.filterwarnings("ignore")  # of the consumer's own making
@pytest.mark.parametrize("sink", HF_SINKS)
def test_datasets_loads_every_line(
    sink: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As TRL, Axolotl, LLaMA-Factory and Unsloth do."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    dataset = write(sink, tmp_path)
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(
        "json",
        data_files={"train": str(dataset.train), "validation": str(dataset.validation)},
        cache_dir=str(tmp_path / "cache"),
        # Bytes that are read at a time: a key that comes late comes in another piece.
        chunksize=1 << 10,
    )
    read = [dict(row) for side in ("train", "validation") for row in loaded[side]]
    assert [_without_none(row) for row in read] == rows(dataset)
    assert READ in _texts(read)


def _without_none(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return value


def _texts(value: Any) -> str:
    if isinstance(value, str):
        return value
    items = value.values() if isinstance(value, dict) else value
    return "\n".join(map(_texts, items)) if isinstance(value, dict | list) else ""


_TEMPLATE = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


@pytest.fixture
def tokenizer() -> Any:
    """Make a tokenizer of bytes, without any download."""
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    vocabulary = {character: n for n, character in enumerate(sorted(alphabet))}
    model = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    model.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    model.decoder = tokenizers.decoders.ByteLevel()
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=model)
    made.chat_template = _TEMPLATE
    return made


@pytest.mark.filterwarnings("ignore")  # of the consumer's own making
def test_mlx_lm_trains_on_each_answer_and_on_nothing_else(
    tmp_path: Path, tokenizer: Any
) -> None:
    pytest.importorskip("mlx_lm", reason="mlx-lm is for Apple silicon and Linux")
    from types import SimpleNamespace  # noqa: PLC0415

    from mlx_lm.tuner.datasets import load_dataset

    dataset = write("mlx", tmp_path)
    args = SimpleNamespace(
        data=str(dataset.folder), train=True, test=False, mask_prompt=True
    )
    train, valid, _ = load_dataset(args, tokenizer)
    assert len(train) == dataset.manifest["files"]["train"]["examples"]
    assert len(valid) == dataset.manifest["files"]["validation"]["examples"]
    learned = []
    for side in (train, valid):
        for n in range(len(side)):
            tokens, offset = side.process(side[n])
            learned.append(tokenizer.decode(tokens[offset:]))
    assert len(learned) == len(set(learned))
    assert set(learned) == {
        *(f"answer {n}</s>" for n in range(50)),
        *(f"{READ} {n}</s>" for n in range(50, 60)),
        *(f"c {n}</s>" for n in range(9)),
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [
            key
            for key in properties
            if key not in {"weight", "name", "systemInstruction"}
        ],
        "additionalProperties": False,
    }


def _chat(
    roles: tuple[str, str, str] = ("system", "user", "assistant"),
    keys: tuple[str, str] = ("role", "content"),
    **extras: Any,
) -> dict[str, Any]:
    """Say: maybe a system message; the rest from the other two."""
    message = _object(
        **{keys[0]: {"enum": roles}, keys[1]: {"type": "string", "minLength": 1}},
        **extras,
    )
    return {
        "type": "array",
        "minItems": 2,
        "prefixItems": [{"properties": {keys[0]: {"enum": roles[:2]}}}],
        "items": {"properties": {keys[0]: {"enum": roles[1:]}}},
        "allOf": [{"items": message}],
    }


_WEIGHT = {"type": "integer", "enum": [0, 1]}
_NAME = {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"}
_PROMPT = {**_chat(), "minItems": 1}
_ANSWER = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": _object(role={"const": "assistant"}, content={"type": "string"}),
}
_PARTS = {
    "type": "array",
    "minItems": 1,
    "items": _object(text={"type": "string", "minLength": 1}),
}
DOCUMENTED: dict[str, dict[str, Any]] = {
    # OpenAI's cookbook, "Data preparation and analysis for chat model fine-tuning".
    "openai": _object(messages=_chat(weight=_WEIGHT, name=_NAME)),
    "azure": _object(messages=_chat(weight=_WEIGHT, name=_NAME)),
    # docs.together.ai, "Data preparation": conversational data.
    "together": _object(messages=_chat(weight=_WEIGHT)),
    # Fireworks' guide to supervised fine-tuning.
    "fireworks": _object(messages=_chat(weight=_WEIGHT)),
    # mistral-finetune's README: an assistant message of weight 0 is not learned.
    "mistral": _object(messages=_chat(weight=_WEIGHT)),
    # mlx-lm's LORA.md: chat.
    "mlx": _object(messages=_chat()),
    # tinker-cookbook's FromConversationFileBuilder.
    "tinker": _object(messages=_chat()),
    # TRL's "Dataset formats": conversational language modeling and preference.
    "trl": _object(messages=_chat()),
    # docs.axolotl.ai, "Conversation": chat_template.
    "axolotl": _object(messages=_chat(weight=_WEIGHT)),
    # LLaMA-Factory's data/README.md: OpenAI format and ShareGPT format.
    "llamafactory": _object(messages=_chat()),
    "sharegpt": _object(
        conversations=_chat(("system", "human", "gpt"), ("from", "value"))
    ),
    # Google's "Prepare supervised fine-tuning data for Gemini models".
    "gemini": _object(
        systemInstruction=_object(parts=_PARTS),
        contents={
            "type": "array",
            "minItems": 2,
            "items": _object(role={"enum": ["user", "model"]}, parts=_PARTS),
        },
    ),
    # OpenAI's guide to direct preference optimization.
    "openai-dpo": _object(
        input=_object(messages=_PROMPT),
        preferred_output=_ANSWER,
        non_preferred_output=_ANSWER,
    ),
    "trl-dpo": _object(prompt=_PROMPT, chosen=_ANSWER, rejected=_ANSWER),
}


@pytest.mark.parametrize("sink", SINKS)
def test_each_line_has_the_documented_form(sink: str, tmp_path: Path) -> None:
    schema = Draft202012Validator(DOCUMENTED[sink])
    for row in rows(write(sink, tmp_path)):
        schema.validate(row)


@pytest.mark.parametrize("sink", ["together", "llamafactory", "sharegpt", "mistral"])
def test_turns_alternate_and_end_with_an_answer(sink: str, tmp_path: Path) -> None:
    for row in rows(write(sink, tmp_path)):
        (messages,) = row.values()
        roles = [message.get("role", message.get("from")) for message in messages]
        roles = roles[roles[0] == "system" :]
        assert len(roles) % 2 == 0
        assert len(set(roles[::2])) == len(set(roles[1::2])) == 1


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """Read OpenAI's published contract; skip where nobody has named it."""
    path = os.environ.get("LANGCHAIN_IMESSAGE_OPENAPI")
    if not path:
        pytest.skip("LANGCHAIN_IMESSAGE_OPENAPI names no copy of OpenAI's contract")
    read: dict[str, Any] = json.loads(Path(path).read_bytes())
    return read


def test_each_message_is_one_openai_takes(
    contract: dict[str, Any], tmp_path: Path
) -> None:
    """By the contract of chat, whose messages the lines hold; `weight` is tuning's own."""
    schema = Draft202012Validator(
        {
            "$ref": "#/components/schemas/ChatCompletionRequestMessage",
            "components": contract["components"],
        }
    )
    for row in rows(write("openai", tmp_path)):
        for message in row["messages"]:
            schema.validate({k: v for k, v in message.items() if k != "weight"})


def test_each_line_has_openais_published_form(
    contract: dict[str, Any], tmp_path: Path
) -> None:
    name = "FineTuneChatRequestInput"
    if name not in contract["components"]["schemas"]:
        pytest.skip("The copy of OpenAI's contract has no schema of training lines")
    schema = Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": contract["components"]}
    )
    for row in rows(write("openai", tmp_path)):
        schema.validate(row)


def test_every_sink_that_takes_messages_is_tried() -> None:
    assert set(DOCUMENTED) == set(SINKS)
    assert {"openai", "mlx"} <= set(MESSAGE_SINKS)
