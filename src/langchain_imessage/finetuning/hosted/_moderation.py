"""A sample of a training file → what the provider's moderation says about it.

Sends text out: called only if moderate= was passed and the plan confirmed. Names lines by
their numbers, never by their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._inputs import read_rows
from langchain_imessage.finetuning.calls._sdk_errors import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.hosted._client import ProviderConnection

MODEL = "omni-moderation-latest"

_AT_ONCE = 32
"""Examples a request."""

_SHOWN = 20
"""Lines named in a message."""


def check_sample(
    path: Path,
    count: int,
    *,
    connection: ProviderConnection,
    pace: Pace,
    say: Callable[[str], None],
) -> None:
    """Ask the provider's moderation about some lines, evenly spread over the file.

    Args:
        path: The training file.
        count: How many lines.
        connection: The provider.
        pace: How long to wait, and how often to try.
        say: Called with lines of progress.

    Raises:
        FineTuningError: If it flags any, naming them by number; or has no moderation.
    """
    provider = connection.provider
    if not provider.moderates:
        raise FineTuningError(
            f"{provider.title} has no moderation endpoint; leave moderate= out",
            code="no_moderation",
        )
    checked, flagged = 0, dict[int, set[str]]()
    for batch in _batches(path, count):
        texts = [text for _, text in batch]
        answer = pace.call_with_retries(
            lambda texts=texts: connection.quick.moderations.create(  # type: ignore[misc]
                input=texts, model=MODEL
            ),
            action="check a sample",
            say=say,
        )
        results = zip(batch, answered(answer, "results"), strict=True)
        flagged |= {
            n: _categories(result) for (n, _), result in results if result.flagged
        }
        checked += len(batch)
        say(f"Checked {checked} examples with the moderation endpoint")
    if flagged:
        raise _refusal(checked, flagged)


def _refusal(checked: int, flagged: dict[int, set[str]]) -> FineTuningError:
    lines = ", ".join(map(str, list(flagged)[:_SHOWN]))
    more = "…" if len(flagged) > _SHOWN else ""
    kinds = ", ".join(sorted(set().union(*flagged.values())))
    return FineTuningError(
        f"Moderation flags {len(flagged)} of {checked} examples ({kinds}): lines "
        f"{lines}{more}. Nothing was uploaded. Leave them out, or train on this computer "
        'with provider="local"; to train on them anyway, leave moderate= out.',
        code="moderation",
    )


def _categories(result: Any) -> set[str]:
    return {name for name, is_so in dict(result.categories).items() if is_so}


def _batches(path: Path, count: int) -> Iterator[list[tuple[int, str]]]:
    with path.open("rb") as file:
        total = sum(1 for _ in file)
    count = min(count, total)
    wanted = {1 + index * total // count for index in range(count)}
    batch: list[tuple[int, str]] = []
    for number, row in enumerate(read_rows(path), 1):
        if number in wanted:
            batch.append((number, "\n".join(said.text for said in said_in(row))))
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
