"""`convert`: write a model that was trained on this computer for another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    JsonOption,
    one_of,
    parse_folder,
)
from langchain_imessage.cli.commands._job_argument import JobArgument, open_job
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line, shell_quoted

FORM_NAMES = ("fused", "peft", "gguf")
"""As `Job.export` takes them; a test compares them."""

_GGUF = ".gguf"


def convert(
    job: JobArgument = "dataset",
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            parser=parse_folder,
            metavar="PATH",
            help="The file or folder to write; it must not exist yet.",
        ),
    ] = Path("model.gguf"),
    form: Annotated[
        str | None,
        typer.Option(
            parser=one_of(*FORM_NAMES),
            metavar="FORM",
            help="gguf (llama.cpp, Ollama, LM Studio), fused (transformers, vLLM) or peft. "
            "[default: gguf for a path that ends so, else fused]",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a model trained on this computer for another program.

    The model may have learned messages by heart: pass it on only to whom you would show
    them.
    """
    chosen = form or ("gguf" if out.suffix == _GGUF else "fused")
    path = open_job(job, takes_unrecorded=False).export(chosen, out)  # type: ignore[arg-type]  # one of these words
    if as_json:
        printing.print_json({"form": chosen, "path": str(path)})
        return
    printing.write(f"{safe_line(str(path))} ({chosen})")
    if chosen == "gguf":
        printing.write(f"Try it: llama-cli -m {shell_quoted(path)} -cnv")
