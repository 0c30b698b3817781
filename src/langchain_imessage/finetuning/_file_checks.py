"""Files about to be trained on, checked by a sink's rules; sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.datasets import validate
from langchain_imessage.errors import FineTuningError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from langchain_imessage.datasets import Finding

_SHOWN = 5
"""Findings named in a message."""


def check(paths: Iterable[Path | None], sink: str) -> tuple[str, ...]:
    """Check files by a sink's rules.

    Returns:
        What is odd, but no error.

    Raises:
        FineTuningError: If there are errors: where they are, and what to do.
    """
    train, *held_out = [path for path in paths if path]
    findings = [
        *validate(train, sink),
        *(f for p in held_out for f in validate(p, sink)),
    ]
    findings = [f for f in findings if not _is_others_business(f, train)]
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        shown = [str(finding) for finding in errors[:_SHOWN]]
        more = len(errors) - len(shown)
        shown += [f"and {more:,} more"] if more else []
        raise FineTuningError(
            "The files are not what the provider takes; nothing was sent.\n"
            + "\n".join(shown),
            code="invalid_file",
        )
    return tuple(str(finding) for finding in findings[:_SHOWN])


def _is_others_business(finding: Finding, train: Path) -> bool:
    """Tell what `validate` finds that does not count here.

    How large a file may be differs between providers, and is in their table; how few
    examples are too few is a rule for the training file.
    """
    if finding.rule == "too-large":
        return True
    return finding.rule == "too-few" and finding.path != train
