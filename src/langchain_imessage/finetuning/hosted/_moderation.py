"""A sample of a training file → what the provider's moderation says about it.

Sends text out: called only if moderate= was passed and the plan confirmed. Names lines by
their numbers, never by their words.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.calls._sdk_errors import answered
from langchain_imessage.finetuning.state._file_content import file_changed, opened_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.hosted._client import ProviderConnection
    from langchain_imessage.finetuning.state._file_content import FileContent

MODEL = "omni-moderation-latest"

_AT_ONCE = 32
"""Examples a request."""

_SHOWN = 20
"""Lines named in a message."""


def check_sample(
    content: FileContent,
    count: int,
    *,
    connection: ProviderConnection,
    pace: Pace,
    say: Callable[[str], None],
) -> None:
    """Ask the provider's moderation about some lines, evenly spread over the file.

    Args:
        content: The training file, as it was checked.
        count: How many lines.
        connection: The provider.
        pace: How long to wait, and how often to try.
        say: Called with lines of progress.

    Raises:
        FineTuningError: If it flags any, naming them by number; if there is no moderation; or
            if the file has changed.
    """
    provider = connection.provider
    if not provider.moderates:
        raise FineTuningError(
            f"{provider.title} has no moderation endpoint; leave moderate= out",
            code="no_moderation",
        )
    checked, flagged = 0, dict[int, set[str]]()
    for batch in _batches(content, count):
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


def _batches(content: FileContent, count: int) -> list[list[tuple[int, str]]]:
    """Return the lines to ask about; they are of the bytes that the digest is of."""
    sample, found = [], hashlib.sha256()
    with opened_file(content.path) as file:
        total = sum(1 for _ in file)
        count = min(count, total)
        wanted = {1 + index * total // count for index in range(count)}
        file.seek(0)
        for number, line in enumerate(file, 1):
            found.update(line)
            sample += [(number, line)] if number in wanted else []
    if found.hexdigest() != content.sha256:
        raise file_changed(content.path)
    texts = [(number, _text(line)) for number, line in sample]
    return [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]


def _text(line: bytes) -> str:
    return "\n".join(said.text for said in said_in(json.loads(line)))
