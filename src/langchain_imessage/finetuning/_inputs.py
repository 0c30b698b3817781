"""What `fine_tune` was given → the files to train on, and what is in them.

Owns the three forms a dataset comes in (a `Dataset`, its folder, a JSONL file), a file's
counts and check, and where the state file is. Reads; sends nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.datasets import Dataset, read_dataset, validate
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.errors import FineTuningError, TrainingFileAccessError
from langchain_imessage.files import shown
from langchain_imessage.finetuning.state._state_file import StateFile, state_names
from langchain_imessage.preparation._pricing import billed_tokens
from langchain_imessage.preparation._tokens import counter_name, default_counter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from langchain_imessage.datasets import Finding
    from langchain_imessage.finetuning.state._file_content import FileContent

DATASETS_OWN: Final = "dataset's"
"""Means that the dataset's own validation file is meant."""

_SHOWN = 5
"""Findings that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFiles:
    """The files to train on.

    Attributes:
        train: The training file.
        validation: The file that is held out, or None.
        folder: Where they are.
        state: The state file.
        manifest: The dataset's manifest; empty for a bare file.
        original: The training file that `train` was made from; None if it is itself.
        notes: What to know of them before they are sent.
    """

    train: Path
    validation: Path | None
    folder: Path
    state: StateFile
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)
    original: Path | None = None
    notes: tuple[str, ...] = ()

    def manifest_entry(self, side: str, sha256: str) -> Mapping[str, Any] | None:
        """Return the manifest's entry of a file, if the file has not changed since.

        One whose counts are none says nothing: the file is counted.
        """
        files = self.manifest.get("files") or {}
        entry: Mapping[str, Any] | None = files.get(side)
        if not entry or entry.get("sha256") != sha256:
            return None
        counts = [entry.get(name) for name in ("examples", "tokens")]
        return entry if all(type(n) is int and n >= 0 for n in counts) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """What is in a file.

    Attributes:
        examples: Its lines.
        tokens: Their tokens.
        billed: The tokens that one pass over the file costs.
        counter: The name of the token counter.
    """

    examples: int
    tokens: int
    billed: int
    counter: str


def find_training_files(
    dataset: Dataset | str | PathLike[str],
    *,
    validation: str | PathLike[str] | None = DATASETS_OWN,
    state: str | PathLike[str] | None = None,
) -> TrainingFiles:
    """Find the files to train on.

    Args:
        dataset: A dataset, its folder, or a JSONL file.
        validation: A file, `"dataset's"`, or None for none.
        state: Another place for the state file.

    Raises:
        ExportError: (a ValueError) If the folder holds no dataset.
        FineTuningError: If there is no such file.
        TrainingFileAccessError: (a PermissionError) If one may not be read.
    """
    try:
        found = dataset if isinstance(dataset, Dataset) else _dataset_at(Path(dataset))
        held_out = found.validation
        if validation != DATASETS_OWN:
            held_out = None if validation is None else _file(Path(validation))
        for path in (found.train, held_out):
            if path and path.is_file():
                path.open("rb").close()
    except PermissionError as error:
        raise _unreadable(error) from error
    of_file, of_dataset = state_names(found.train)
    name = of_dataset if found.manifest else of_file
    return TrainingFiles(
        train=found.train,
        validation=held_out,
        folder=found.folder,
        state=StateFile(Path(state) if state else found.folder / name),
        manifest=found.manifest,
    )


def _unreadable(error: PermissionError) -> TrainingFileAccessError:
    name = shown(error.filename or "A file of the dataset")
    return TrainingFileAccessError(
        f"{name} may not be read ({error.strerror}). Give yourself the right, with "
        "chmod u+r for a file or chmod u+rx for a folder; or copy it to a folder of yours. "
        "Nothing was sent.",
        code="not_readable",
    )


def system_prompt_of(train: Path) -> str | None:
    """Return the system prompt of a training file; None if its lines differ.

    It is the dataset's, as its manifest has it, or what all lines begin with.
    """
    try:
        dataset = read_dataset(train.parent)
        if dataset.train == train:
            prompt: Any = dataset.system_prompt  # whatever the manifest has
            return prompt if isinstance(prompt, str) else None
    except ValueError:
        pass  # a bare file
    prompts: set[str | None] = set()
    for row in read_rows(train):
        first = next(iter(said_in(row)), None)
        prompts.add(first.text if first and first.role == "system" else None)
        if len(prompts) > 1:
            return None
    return prompts.pop() if prompts else None


def count_file(files: TrainingFiles, side: str, content: FileContent) -> FileCounts:
    """Count the examples and tokens of a file; or take them from the manifest.

    Args:
        files: The files to train on.
        side: "train" or "validation".
        content: The file.
    """
    entry = files.manifest_entry(side, content.sha256)
    if entry:
        return FileCounts(
            examples=entry["examples"],
            tokens=entry["tokens"],
            billed=entry["tokens"],
            counter=str(files.manifest.get("counter")),
        )
    counter = default_counter()
    count = row_counter(counter)
    examples = tokens = billed = 0
    for row in read_rows(content.path):
        size = count(row)
        examples += 1
        tokens += size
        billed += billed_tokens([size], 1)
    return FileCounts(
        examples=examples, tokens=tokens, billed=billed, counter=counter_name(counter)
    )


def check_files(paths: Iterable[Path | None], sink: str) -> tuple[str, ...]:
    """Check files by a sink's rules.

    Returns:
        The findings that are warnings, in words.

    Raises:
        FineTuningError: If there are errors: where they are, and what to do.
    """
    train, *held_out = [path for path in paths if path]
    findings = [
        *validate(train, sink),
        *(f for p in held_out for f in validate(p, sink)),
    ]
    findings = [f for f in findings if not _is_for_another_check(f, train)]
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        shown = [str(finding) for finding in errors[:_SHOWN]]
        more = len(errors) - len(shown)
        shown += [f"and {more:,} more"] if more else []
        raise FineTuningError(
            "The provider does not accept these files; nothing was sent.\n"
            + "\n".join(shown),
            code="invalid_file",
        )
    return tuple(str(finding) for finding in findings[:_SHOWN])


def _is_for_another_check(finding: Finding, train: Path) -> bool:
    """Return whether a finding of `validate` does not count here.

    How large a file may be differs between providers, and is in their table; how few
    examples are too few is a rule for the training file; others must not be empty.
    """
    if finding.rule == "too-large":
        return True
    if finding.rule != "too-few" or finding.path == train:
        return False
    return finding.path.stat().st_size > 0


def read_rows(path: Path) -> Iterator[Any]:
    """Yield the value of each line of a JSONL file.

    Raises:
        FineTuningError: If a line is not JSON; says which.
    """
    number = 0
    with path.open("rb") as file:
        for line in file:
            number += 1
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                break
            yield row
        else:
            return
    # Raised here, where the JSON error, which quotes the line, is not its context.
    raise FineTuningError(
        f"Line {number} of {path.name} is not JSON", code="invalid_file"
    )


def _dataset_at(path: Path) -> Dataset:
    if path.is_dir():
        return read_dataset(path)
    return Dataset(folder=path.parent, sink="openai", train=_file(path), manifest={})


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    raise FineTuningError(f"There is no file {shown(path)}", code="no_file")
