"""What `fine_tune` was given → the files to train on, and what is known of them.

Owns the three forms a dataset comes in (a `Dataset`, its folder, a JSONL file), what is
counted in a file, and where the state file is. Reads; sends nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.datasets import Dataset, read_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._state_file import STATE_FILE, StateFile
from langchain_imessage.preparation._pricing import billed_tokens
from langchain_imessage.preparation._tokens import (
    TOKENS_PER_EXAMPLE,
    counter_name,
    default_counter,
    message_counter,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from os import PathLike

    from langchain_imessage.finetuning._file_content import Content

DATASETS_OWN: Final = "dataset's"
"""Says that the dataset's own validation file is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Files to train on.

    Attributes:
        train: The training file.
        validation: What is held out, or None.
        folder: Where they are.
        state: Where it is written down what became of them.
        manifest: What the dataset says of itself; empty for a bare file.
    """

    train: Path
    validation: Path | None
    folder: Path
    state: StateFile
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def about(self, side: str, sha256: str) -> Mapping[str, Any] | None:
        """Give what the manifest says of a file, if it is still the same."""
        files = self.manifest.get("files") or {}
        about: Mapping[str, Any] | None = files.get(side)
        return about if about and about.get("sha256") == sha256 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is in a file.

    Attributes:
        examples: How many.
        tokens: Of all of them.
        billed: Of them, what one pass over the file costs.
        counter: How they were counted.
    """

    examples: int
    tokens: int
    billed: int
    counter: str


def gather(
    dataset: Dataset | str | PathLike[str],
    *,
    validation: str | PathLike[str] | None = DATASETS_OWN,
    state: str | PathLike[str] | None = None,
) -> Material:
    """Find the files.

    Args:
        dataset: A dataset, its folder, or a JSONL file.
        validation: A file, `"dataset's"`, or None for none.
        state: Another place for the state file.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If there is no such file.
    """
    found = dataset if isinstance(dataset, Dataset) else _found(Path(dataset))
    held_out = found.validation
    if validation != DATASETS_OWN:
        held_out = None if validation is None else _file(Path(validation))
    name = STATE_FILE if found.manifest else f"{found.train.stem}.{STATE_FILE}"
    return Material(
        train=found.train,
        validation=held_out,
        folder=found.folder,
        state=StateFile(Path(state) if state else found.folder / name),
        manifest=found.manifest,
    )


def _found(path: Path) -> Dataset:
    if path.is_dir():
        return read_dataset(path)
    return Dataset(folder=path.parent, sink="openai", train=_file(path), manifest={})


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    raise FineTuningError(f"There is no file {path}", code="no_file")


def system_prompt_of(train: Path) -> str | None:
    """Give the system prompt of a dataset: its manifest's, or what all lines begin with.

    Args:
        train: The training file.
    """
    try:
        prompt = read_dataset(train.parent)
        if prompt.train == train:
            return prompt.system_prompt
    except ValueError:
        pass  # a bare file
    prompts: set[str | None] = set()
    for example in _examples(train):
        first = (_messages(example) or [{}])[0]
        is_one = first.get("role") == "system"
        prompts.add(str(first.get("content")) if is_one else None)
        if len(prompts) > 1:
            return None
    return prompts.pop() if prompts else None


def tally(material: Material, side: str, content: Content) -> Tally:
    """Count what is in a file, or take what its manifest says.

    Args:
        material: What it is from.
        side: "train" or "validation".
        content: The file.
    """
    about = material.about(side, content.sha256)
    if about:
        return Tally(
            examples=about["examples"],
            tokens=about["tokens"],
            billed=about["tokens"],
            counter=str(material.manifest.get("counter")),
        )
    count = default_counter()
    examples = tokens = billed = 0
    for one in _tokens(content.path, message_counter(count)):
        examples += 1
        tokens += one
        billed += billed_tokens([one], 1)
    return Tally(
        examples=examples, tokens=tokens, billed=billed, counter=counter_name(count)
    )


def _tokens(path: Path, count: Callable[[str, str, str], int]) -> Iterator[int]:
    for example in _examples(path):
        yield TOKENS_PER_EXAMPLE + sum(
            count(str(message.get("role", "")), _text_of(message.get("content")), "")
            for message in _messages(example)
        )


def _messages(example: Any) -> list[Mapping[str, Any]]:
    """Collect the messages of an example, of whatever shape."""
    if isinstance(example, list):
        return [message for one in example for message in _messages(one)]
    if not isinstance(example, dict):
        return []
    if "role" in example:
        return [example]
    return [m for value in example.values() for m in _messages(value)]


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        blocks = [block.get("text") for block in content if isinstance(block, dict)]
        return "".join(text for text in blocks if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _examples(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                problem = f"Line {number} of {path.name} is no JSON"
                break
        else:
            return
    raise FineTuningError(problem, code="invalid_file")
