"""How likely a model finds given replies: for figures such as bits per byte.

Owns the process that computes them, which has the fast BLAS, and what goes to it and comes
back: rows through a pipe, numbers back. Nothing is written to disk or sent anywhere.
"""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._examples import conversation_of
from langchain_imessage.finetuning.local.models._base_model import is_folder
from langchain_imessage.finetuning.local.processes._requirements import require_mlx
from langchain_imessage.finetuning.local.processes._subprocesses import start

if TYPE_CHECKING:
    import os
    from collections.abc import Generator, Iterable, Iterator, Mapping

_LONGEST = 2048
"""As in training, by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyScore:
    """How likely a model finds one reply, after what stands before it.

    Attributes:
        row: The row it is of, counted from 0.
        index: Its place among the row's messages.
        nats: Minus the natural logarithm of its probability, the token that ends it
            included.
        tokens: How many tokens that are.
    """

    row: int
    index: int
    nats: float
    tokens: int


def score(
    model_folder: str | os.PathLike[str],
    adapter_folder: str | os.PathLike[str] | None,
    rows: Iterable[Mapping[str, Any]],
    *,
    max_seq_length: int = _LONGEST,
) -> Iterator[ReplyScore]:
    """Yield how likely a model on this computer finds each own turn of some rows.

    Each turn is scored behind the tokens that the model would be asked with. The turns of
    a row are scored in one pass.

    Args:
        model_folder: The model: a folder, or a name on the Hugging Face hub.
        adapter_folder: What was learned (`job.fine_tuned_model`); None for the base model.
        rows: Rows of a training file, in any format for conversations. Scored are the
            turns that training would learn: of weight 1, with words, after somebody's.
        max_seq_length: The longest row in tokens; longer ones lose their oldest turns.

    Yields:
        A score for each reply, in order; none for a reply that is too long by itself.

    Raises:
        FineTuningError: If the model cannot be loaded, or a row cannot be read.
        MissingDependencyError: If the extra `mlx` is not installed.
    """
    require_mlx()
    model = str(model_folder)
    offline = is_folder(model)
    order = {
        "model": str(Path(model).expanduser().resolve()) if offline else model,
        "adapters": str(adapter_folder) if adapter_folder is not None else None,
        "longest": max_seq_length,
    }
    found = [conversation_of(row) for row in rows]
    lines = [json.dumps(order)]
    lines += [json.dumps([one.messages, one.learned]) for one in found]
    with closing(_scored(lines, offline=offline)) as scores:
        yield from scores


def _scored(lines: list[str], *, offline: bool) -> Generator[ReplyScore]:
    """Run the process: give it lines, and yield what comes back."""
    process = start(
        "worker._scorer_main",
        [],
        offline=offline,
        log=subprocess.DEVNULL,
        pipes=True,
    )
    # The process reads all before it answers, but may end before it has read all. It ends
    # when its input does: that stays open as long as we are there.
    writer = threading.Thread(target=_write, args=(process.stdin, lines), daemon=True)
    writer.start()
    try:
        for line in process.stdout or ():
            values = json.loads(line)
            if isinstance(values, dict):
                raise FineTuningError(values["message"], code=values["code"])
            row, index, nats, tokens = values
            yield ReplyScore(row=row, index=index, nats=nats, tokens=tokens)
        if process.wait() != 0:
            raise local_error("scorer_died")
    finally:
        process.kill()
        process.wait()
        writer.join()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what it did not read
                if pipe is not None:
                    pipe.close()


def _write(source: IO[bytes] | None, lines: list[str]) -> None:
    if source is not None:
        with suppress(OSError):  # it ended: that is noticed by its exit code
            source.write("".join(f"{line}\n" for line in [*lines, ""]).encode())
            source.flush()
