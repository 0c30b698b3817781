"""What each consumer of training files takes: one table, and where each figure is from.

Owns the rules as data. Who writes or checks a line reads them here; this file does neither.
A trainer that is not here but takes OpenAI's format: "openai".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from langchain_imessage.datasets.formats._limits import (
    AZURE_MAX_IMAGES,
    CHAT_ROLES,
    FIREWORKS_MAX_EXAMPLES,
    FIREWORKS_MIN_EXAMPLES,
    MLX_MAX_TOKENS,
    MLX_MIN_EXAMPLES,
    OPENAI_MAX_BYTES,
    OPENAI_MAX_IMAGES,
    OPENAI_MIN_EXAMPLES,
    ROW_TOKENS,
    TOGETHER_MAX_BYTES,
    TOOL_ROLES,
    TRL_MAX_TOKENS,
)
from langchain_imessage.errors import ExportError
from langchain_imessage.preparation._pricing import OPENAI_MAX_TOKENS
from langchain_imessage.preparation._tokens import (
    default_counter,
    default_upper_bound,
)
from langchain_imessage.transforms.messages._message_tokens import (
    OPEN_MODELS,
    OPENAI,
    Overhead,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Shape: TypeAlias = Literal[
    "messages", "conversations", "contents", "openai-dpo", "trl-dpo"
]

_OPENAI_KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})
_OPENAI_MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "function_call", "tool_calls", "tool_call_id"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """What a consumer takes.

    Attributes:
        name: What it is called here.
        shape: How a line is laid out: `messages` with `role` and `content`,
            `conversations` with `from` and `value`, `contents` with `role` and `parts`, or
            a preference pair.
        roles: What may speak.
        keys: Keys a line may have.
        message_keys: Keys a message may have.
        unknown_keys: Whether it takes other keys without a word.
        min_examples: Lines the training file needs.
        min_validation: Lines a validation file needs, if there is one.
        max_examples: Lines a file may have; None where nobody says.
        max_bytes: Size a file may have; None where nobody says.
        max_tokens: Tokens an example may have; None where nobody says.
        row_tokens: Tokens rows are cut to where neither the trainer nor the caller says.
        overhead: Tokens its models' chat templates put around a message and an example.
        is_openais: Whether its models count tokens as OpenAI's do.
        cuts_always: Whether `max_tokens` is fixed, and not merely a trainer's default.
        alternates: Whether it refuses or drops what does not go user, assistant, user, ...
        system_first: Whether a system message must be the first.
        ends_with_answer: Whether the last message must be an assistant's.
        weights: Whether it honours a `weight` of 0 or 1 on assistant messages. Where it
            does not, disliked answers are taken out rather than trained on.
        any_weights: Whether other messages may have a weight, too.
        mask_option: What tells its trainer to learn the last answer of a row alone.
        names: Whether a message may say who speaks by `name`.
        images: Images an example may have, in user turns.
        unroll: Whether only the last message is trained on, so that each answer needs a
            line of its own.
        one_format: Whether it refuses lines that fit a second format.
        first_line: Whether the keys of the first line decide how all are read.
        uniform: Whether it is read by `datasets`, which wants the same keys in every line.
        validation_file: What the validation file is called.

    Example:
        >>> SINKS["openai"].min_examples
        10
    """

    name: str
    shape: Shape = "messages"
    roles: tuple[str, ...] = CHAT_ROLES
    keys: frozenset[str] = frozenset({"messages"})
    message_keys: frozenset[str] = frozenset({"role", "content"})
    unknown_keys: bool = False
    min_examples: int = 1
    min_validation: int = 1
    max_examples: int | None = None
    max_bytes: int | None = None
    max_tokens: int | None = None
    row_tokens: int | None = None
    overhead: Overhead = OPEN_MODELS
    is_openais: bool = False
    cuts_always: bool = False
    alternates: bool = False
    system_first: bool = True
    ends_with_answer: bool = True
    weights: bool = False
    any_weights: bool = False
    mask_option: str = ""
    names: bool = False
    images: int = 0
    unroll: bool = False
    one_format: bool = False
    first_line: bool = False
    uniform: bool = False
    validation_file: str = "validation.jsonl"


_OPENAI = Sink(
    name="openai",
    roles=TOOL_ROLES,
    keys=_OPENAI_KEYS,
    message_keys=_OPENAI_MESSAGE_KEYS,
    min_examples=OPENAI_MIN_EXAMPLES,
    max_bytes=OPENAI_MAX_BYTES,
    max_tokens=OPENAI_MAX_TOKENS,
    overhead=OPENAI,
    is_openais=True,
    cuts_always=True,
    system_first=False,
    ends_with_answer=False,
    weights=True,
    names=True,
    images=OPENAI_MAX_IMAGES,
)
_WEIGHTED = frozenset({"role", "content", "weight"})

_ALL = (
    _OPENAI,
    replace(_OPENAI, name="azure", images=AZURE_MAX_IMAGES),
    # "Optionally, you can add a `weight` field to any message", "other keys are ignored":
    # Together's page on data formats, November 2025.
    Sink(
        name="together",
        message_keys=_WEIGHTED,
        unknown_keys=True,
        max_bytes=TOGETHER_MAX_BYTES,
        row_tokens=ROW_TOKENS,
        alternates=True,
        weights=True,
        any_weights=True,
        one_format=True,
    ),
    Sink(
        name="fireworks",
        message_keys=_WEIGHTED,
        min_examples=FIREWORKS_MIN_EXAMPLES,
        max_examples=FIREWORKS_MAX_EXAMPLES,
        row_tokens=ROW_TOKENS,
        weights=True,
    ),
    # tinker-cookbook 0.6: a file of `messages`, read by `datasets`; its recipes learn every
    # answer of a row, or the last one.
    Sink(
        name="tinker",
        unknown_keys=True,
        row_tokens=ROW_TOKENS,
        mask_option="TrainOnWhat.LAST_ASSISTANT_MESSAGE",
        uniform=True,
    ),
    # mistral-finetune's README: `"weight": 0` on an assistant message skips it.
    Sink(name="mistral", message_keys=_WEIGHTED, row_tokens=ROW_TOKENS, weights=True),
    Sink(
        name="mlx",
        unknown_keys=True,
        min_examples=MLX_MIN_EXAMPLES,
        min_validation=MLX_MIN_EXAMPLES,
        max_tokens=MLX_MAX_TOKENS,
        unroll=True,
        first_line=True,
        validation_file="valid.jsonl",
    ),
    Sink(
        name="trl",
        unknown_keys=True,
        max_tokens=TRL_MAX_TOKENS,
        mask_option="prompt and completion instead of messages",
        uniform=True,
    ),
    # Honours it when told `message_field_training: weight`.
    Sink(
        name="axolotl",
        message_keys=_WEIGHTED,
        row_tokens=ROW_TOKENS,
        weights=True,
        uniform=True,
    ),
    Sink(
        name="llamafactory",
        row_tokens=ROW_TOKENS,
        alternates=True,
        mask_option="mask_history: true",
        uniform=True,
    ),
    Sink(
        name="sharegpt",
        shape="conversations",
        roles=("system", "human", "gpt"),
        keys=frozenset({"conversations"}),
        message_keys=frozenset({"from", "value"}),
        row_tokens=ROW_TOKENS,
        alternates=True,
        mask_option="mask_history: true (LLaMA-Factory)",
        uniform=True,
    ),
    # Google's page on preparing supervised tuning data for Gemini: `systemInstruction` and
    # `contents`, whose roles are user and model.
    Sink(
        name="gemini",
        shape="contents",
        keys=frozenset({"systemInstruction", "contents"}),
        row_tokens=ROW_TOKENS,
        alternates=True,
    ),
    Sink(
        name="openai-dpo",
        shape="openai-dpo",
        keys=frozenset({"input", "preferred_output", "non_preferred_output"}),
        min_examples=OPENAI_MIN_EXAMPLES,
        max_bytes=OPENAI_MAX_BYTES,
        max_tokens=OPENAI_MAX_TOKENS,
        overhead=OPENAI,
        is_openais=True,
        cuts_always=True,
        system_first=False,
    ),
    Sink(
        name="trl-dpo",
        shape="trl-dpo",
        keys=frozenset({"prompt", "chosen", "rejected"}),
        max_tokens=TRL_MAX_TOKENS,
        uniform=True,
    ),
)

SINKS: Final[Mapping[str, Sink]] = MappingProxyType({sink.name: sink for sink in _ALL})
"""Each sink by its name."""


def row_limit(sink: Sink, max_tokens: int | None = None) -> int | None:
    """Return the tokens a row may have: as asked for, or the sink's own limit."""
    return max_tokens or sink.max_tokens or sink.row_tokens


def counter_for(sink: Sink) -> Callable[[str], int]:
    """Return the token counter that suits a sink's models, exact or an upper bound."""
    return default_counter() if sink.is_openais else default_upper_bound()


def sink_named(name: str) -> Sink:
    """Find a sink.

    Raises:
        ExportError: (a ValueError) If there is none of that name; names those there are.
    """
    if name not in SINKS:
        raise ExportError(f"There is no such sink; there are {', '.join(SINKS)}")
    return SINKS[name]
