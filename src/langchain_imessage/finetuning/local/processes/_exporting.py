"""A tuned model on this computer → a file or folder for another program, whole or not at all.

Owns where it is written meanwhile and the process that writes it. What is exported may have
learned messages by heart: it is for its owner only.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from langchain_imessage.errors import ExportError, FineTuningError
from langchain_imessage.files import refuse_link
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._job_dir import open_private_log
from langchain_imessage.finetuning.local.processes._subprocesses import start

FORMS = ("fused", "peft", "gguf")


def export_model(
    form: str, path: str | os.PathLike[str], *, model: str, adapters: Path, log: Path
) -> Path:
    """Export a model.

    Args:
        form: "fused", "peft" or "gguf".
        path: Where to: a folder, or for "gguf" a file. It must not be there yet; an empty
            folder may.
        model: The base model: a folder, or a name on the Hugging Face hub.
        adapters: What it learned.
        log: Where the process prints.

    Returns:
        The path.

    Raises:
        ExportError: If there is something at the path.
        FineTuningError: If there is no such form, or this model cannot have it.
    """
    if form not in FORMS:
        raise FineTuningError(
            f"A model is exported as {', '.join(FORMS[:-1])} or {FORMS[-1]}",
            code="invalid_option",
        )
    target = Path(path).expanduser().absolute()
    _require_free(target, is_file=form == "gguf")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name[:60]}.", dir=target.parent))
    try:
        made = part / "model.gguf" if form == "gguf" else part / "model"
        if form != "gguf":
            made.mkdir(mode=0o700)
        _run([form, model, str(adapters.resolve()), str(made)], log)
        if target.is_dir():
            target.rmdir()
        made.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _require_free(target: Path, *, is_file: bool) -> None:
    refuse_link(target)
    is_empty = target.is_dir() and not is_file and not any(target.iterdir())
    if target.exists() and not is_empty:
        raise ExportError(
            f"{target.name} already exists. Choose another name, or remove it.",
            path=target,
        )


def _run(arguments: list[str], log: Path) -> None:
    descriptor = open_private_log(log)
    process = start(
        "export._exporter_main",
        arguments,
        offline=True,  # whoever trained it has it
        log=descriptor,
        pipes=True,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        os.close(descriptor)
    if process.returncode:
        raise _failure(output)


def _failure(output: bytes) -> FineTuningError:
    try:
        told = json.loads(output)
    except ValueError:
        return local_error("not_exported")
    return FineTuningError(told["message"], code=told["code"])
