"""What runs in the exporting process: `python -m …_exporter_main FORM MODEL ADAPTERS TARGET`.

Owns the order of the steps. Prints nothing, or one line of JSON on why it failed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._disk_space import is_of_full_disk
from langchain_imessage.finetuning.local.export._fused_folder import (
    load_fused,
    write_fused,
)
from langchain_imessage.finetuning.local.export._gguf_file import write_gguf
from langchain_imessage.finetuning.local.export._peft_folder import write_peft

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Export a model.

    Returns:
        0 if it was exported; else 1, and the line printed says why not.
    """
    form, model, adapters, target = arguments or sys.argv[1:]
    output = os.dup(1)
    os.dup2(2, 1)  # whatever else is printed goes to the log
    try:
        _export(form, model, Path(adapters), Path(target))
    except (FineTuningError, MissingDependencyError) as error:
        failure = {"code": getattr(error, "code", None), "message": str(error)}
        os.write(output, json.dumps(failure).encode())
        return 1
    return 0


def _export(form: str, model: str, adapters: Path, target: Path) -> None:
    try:
        if form == "peft":
            write_peft(model, adapters, target)
            return
        fused = load_fused(model, adapters)
        if form == "fused":
            write_fused(fused, target)
        else:
            write_gguf(fused, target)
    except (FineTuningError, MissingDependencyError):
        raise
    except Exception as error:
        if is_of_full_disk(error, target.parent):
            raise local_error("no_room") from error
        if isinstance(error, OSError):
            raise
        kind = type(error).__name__
        raise local_error("not_exported", f"({kind})") from error


if __name__ == "__main__":  # pragma: no cover - in the process only
    sys.exit(main())
