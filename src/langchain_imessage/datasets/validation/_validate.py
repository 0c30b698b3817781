"""A file or folder of examples, whoever wrote it → what a sink would object to.

Owns the reading of a file line by line as bytes, and the checks that need more than one
line. Nothing is held but hashes. No finding quotes a file.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from langchain_imessage.arguments import COUNTER, PATH, PROGRESS, TEXT, check_arguments
from langchain_imessage.datasets._manifest import MANIFEST, TRAIN, read_manifest
from langchain_imessage.datasets._step_count import examples_in, step_counter
from langchain_imessage.datasets.formats._limits import MAX_EXAMPLES_WITH_IMAGES
from langchain_imessage.datasets.formats._read_rows import images_in, said_in
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.datasets.formats._specs import (
    counter_for,
    sink_named,
)
from langchain_imessage.datasets.validation._findings import Finding, Findings, Problem
from langchain_imessage.datasets.validation._row_checks import keys_of, problems_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from langchain_imessage.datasets.formats._specs import Sink
    from langchain_imessage.preparation._prepared import Progress

_BOM = b"\xef\xbb\xbf"
_BEGINS = 4096
"""Bytes to read of a first line to see what kind of file it is of."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SEPARATORS = re.compile(b"\xe2\x80[\xa8\xa9]|\xc2\x85")


@check_arguments(path=PATH, sink=TEXT, count_tokens=COUNTER, progress=PROGRESS)
def validate(
    path: str | os.PathLike[str],
    sink: str,
    *,
    count_tokens: Callable[[str], int] | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Check examples against a sink's rules, before anything leaves the machine.

    Args:
        path: A JSONL file, ours or not; or a dataset's folder, whose files are checked
            against each other, too.
        sink: Who is to take it: a name in `SINKS`.
        count_tokens: Counts the tokens of a text; see `write_dataset`.
        progress: Called after each line with how many have been checked, and how many
            there are (None where no manifest says so).

    Returns:
        What was found, file by file. Of one rule no more than 100 findings in a file.

    Raises:
        ExportError: (a ValueError) If there is no such sink.
        OSError: If a file cannot be read.

    Example:
        >>> from pathlib import Path
        >>> line = '{"messages": [{"role": "user", "content": "Hi!"}]}'
        >>> _ = Path("train.jsonl").write_text(line)
        >>> for finding in validate("train.jsonl", "trl"):
        ...     print(finding)
        train.jsonl:1: error: The last message is not the assistant's. End each example with the assistant's answer.
        train.jsonl:1: error: The example has no answer to learn. Leave out examples without an answer to learn.
    """
    rules = sink_named(sink)
    count = row_counter(count_tokens or counter_for(rules), rules.overhead)
    place = Path(path)
    manifest = read_manifest(place)
    if manifest and manifest["sink"] == sink and manifest.get("max_tokens"):
        rules = replace(rules, max_tokens=manifest["max_tokens"])
    step = step_counter(progress, examples_in(manifest))
    if not place.is_dir():
        return _Check(place, rules, count, step).run()
    train = _Check(place / TRAIN, rules, count, step)
    found = _against_manifest(place, manifest)
    held_out = place / rules.validation_file
    if not held_out.exists():
        return found + train.run()
    # The smaller one first: its hashes are remembered.
    validation = _Check(held_out, rules, count, step, at_least=rules.min_validation)
    validation.seen = set()
    of_validation = validation.run()
    train.others = validation.seen
    return found + train.run() + of_validation


def _against_manifest(
    folder: Path, manifest: Mapping[str, Any] | None
) -> list[Finding]:
    """Compare the files with what the manifest of a dataset says of them."""
    if manifest is None:
        return []
    findings = Findings(folder / MANIFEST)
    for note in manifest.get("notes", ()):
        findings.add(Problem("note", str(note).rstrip("."), is_error=False))
    files = [*manifest["files"].values(), manifest.get("examples")]
    for about in filter(None, files):
        path = folder / about["name"]
        if not path.is_file():
            if about["name"] != TRAIN:  # whose own check says so
                text = f"{about['name']}, which the manifest names, is not there"
                findings.add(Problem("missing", text))
        elif _sha256(path) != about["sha256"]:
            text = f"{about['name']} has been changed since it was written"
            findings.add(Problem("changed", text, is_error=False))
    return findings.all()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class _Check:
    """The check of one file."""

    def __init__(
        self,
        path: Path,
        sink: Sink,
        count: Callable[[Any], int],
        step: Callable[[], None],
        *,
        at_least: int | None = None,
    ) -> None:
        self.seen: set[int] | None = None  # hashes of its lines, where they are wanted
        self.others: set[int] = set()
        self._findings = Findings(path)
        self._path = path
        self._sink = sink
        self._count = count
        self._step = step
        self._at_least = sink.min_examples if at_least is None else at_least
        self._keys: frozenset[Any] | None = None
        self._with_images = 0

    def run(self) -> list[Finding]:
        if not self._path.is_file():
            self._findings.add(Problem("missing", "There is no such file"))
            return self._findings.all()
        examples = 0
        if self._is_array():
            text = "The file is one JSON array, or an object on many lines"
            self._findings.add(Problem("json", text))
            return self._findings.all()
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                content = self._content(line, number)
                if content:
                    examples += 1
                    self._example(content, number)
                self._step()
        self._sizes(examples)
        return self._findings.all()

    def _is_array(self) -> bool:
        """Return whether the file is JSON, but not line by line."""
        with self._path.open("rb") as file:
            first = file.readline(_BEGINS).removeprefix(_BOM).strip()
            return first in {b"[", b"{"} or first.startswith(b"[{")

    def _content(self, line: bytes, number: int) -> bytes:
        """Check a line's bytes; gives them without what does not belong there."""
        content = line.removesuffix(b"\n")
        if number == 1 and content.startswith(_BOM):
            self._findings.add(Problem("bom", "The file has a byte order mark"), number)
            content = content.removeprefix(_BOM)
        if content.endswith(b"\r"):
            self._findings.add(
                Problem("carriage-return", "The line ends with CR"), number
            )
        content = content.strip()
        if not content:
            self._findings.add(Problem("blank-line", "The line is blank"), number)
        if _SEPARATORS.search(content):
            text = "There is an unescaped character that some take for the line's end"
            self._findings.add(Problem("line-separator", text, is_error=False), number)
        return content

    def _example(self, content: bytes, number: int) -> None:
        row, problem = _parsed(content)
        if problem:
            self._findings.add(problem, number)
            return
        self._findings.extend(problems_of(row, self._sink), number)
        self._findings.extend(self._uniform(row), number)
        self._findings.extend(self._length(row), number)
        known = _hash(row) if self.others or self.seen is not None else 0
        if self.seen is not None:
            self.seen.add(known)
        if known in self.others:
            text = "The example is in the validation file, too"
            self._findings.add(Problem("in-both", text), number)

    def _uniform(self, row: Any) -> Iterator[Problem]:
        keys = keys_of(row)
        if self._keys is None:
            self._keys = keys
            if self._sink.first_line and {"prompt", "completion"} <= keys:
                text = "The first line makes all be read as prompts and completions"
                yield Problem("first-line", text)
        if keys != self._keys:
            text = "The line has other keys than the first"
            yield Problem("keys", text, is_error=self._sink.uniform)

    def _length(self, row: Any) -> Iterator[Problem]:
        tokens = self._count(row)
        limit = self._sink.max_tokens
        if limit and tokens > limit:
            text = f"The example has {tokens:,} tokens, more than {limit:,}"
            yield Problem("too-long", text, is_error=self._sink.cuts_always)
        self._with_images += any(images_in(said.blocks) for said in said_in(row))

    def _sizes(self, examples: int) -> None:
        sink = self._sink
        if examples < self._at_least:
            there = "is 1 example" if examples == 1 else f"are {examples} examples"
            text = f"There {there}; {self._at_least} are needed"
            self._findings.add(Problem("too-few", text))
        if sink.max_examples and examples > sink.max_examples:
            text = f"There are {examples:,} examples; {sink.max_examples:,} are taken"
            self._findings.add(Problem("too-many", text))
        if self._with_images > MAX_EXAMPLES_WITH_IMAGES:
            text = (
                f"There are more than {MAX_EXAMPLES_WITH_IMAGES:,} examples with images"
            )
            self._findings.add(Problem("too-many", text))
        size = self._path.stat().st_size
        if sink.max_bytes and size > sink.max_bytes:
            text = f"The file has {size:,} bytes; {sink.max_bytes:,} are taken"
            self._findings.add(Problem("too-large", text))


def _hash(row: Any) -> int:
    """Return the same number for the same example, however its JSON is written."""
    return hash(json.dumps(row, sort_keys=True))


def _parsed(content: bytes) -> tuple[Any, Problem | None]:
    """Return what a line says, or why it says nothing."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None, Problem("encoding", "The line is not UTF-8")
    try:
        row = json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
    except _RepeatedKeyError:
        return None, Problem("repeated-key", "An object has a key twice")
    except (ValueError, RecursionError):
        return None, Problem("json", "The line is not JSON")
    if _SURROGATE.search(content):
        try:
            json.dumps(row, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return None, Problem("surrogate", "There is half an emoji")
    return row, None


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


class _RepeatedKeyError(Exception):
    """An object has a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found
