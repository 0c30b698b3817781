"""Starts this package's trainer and server processes.

Owns their environment: no keys, no telemetry, no network where none is needed, and the
fast BLAS of this computer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from langchain_imessage.finetuning.local.processes._blas import with_blas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SILENT = {
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLXLM_USE_MODELSCOPE": "false",
    "TOKENIZERS_PARALLELISM": "false",  # its threads do not survive a fork
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "WANDB_MODE": "disabled",
}
_OFFLINE = dict.fromkeys(
    ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"), "1"
)
_SECRET_ENDINGS = ("_API_KEY", "_SECRET", "_PASSWORD")
_ROOM = __name__.rpartition(".processes")[0]
_PACKAGES = Path(__file__).parents[4]
"""Where this package was imported from; the child imports the same."""


def environment(base: Mapping[str, str], *, offline: bool) -> dict[str, str]:
    """Return the environment of a process that trains or serves.

    Args:
        base: The environment of this process.
        offline: Let no library look anything up at the Hugging Face hub.

    Example:
        >>> made = environment({"OPENAI_API_KEY": "sk", "HOME": "/me"}, offline=True)
        >>> "OPENAI_API_KEY" in made, made["HF_HUB_OFFLINE"], made["HOME"]
        (False, '1', '/me')
    """
    kept = {
        name: value
        for name, value in base.items()
        if not name.upper().endswith(_SECRET_ENDINGS)
    }
    paths = [str(_PACKAGES), *filter(None, [base.get("PYTHONPATH")])]
    return {
        **kept,
        **_SILENT,
        **(_OFFLINE if offline else {}),
        "PYTHONPATH": os.pathsep.join(paths),
        # What a process printed before it was killed stands in its log.
        "PYTHONUNBUFFERED": "1",
    }


def start(
    module: str,
    arguments: Sequence[str],
    *,
    offline: bool,
    log: int,
    pipes: bool = False,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a module of this room in a process.

    Args:
        module: Its name within `langchain_imessage.finetuning.local`.
        arguments: Its arguments.
        offline: See `environment`.
        log: The descriptor it prints to.
        pipes: Connect its input and output with this process; else it has neither, and
            it does not end when this process or its terminal does.
        pass_fds: Descriptors it inherits.
    """
    output: int | IO[bytes] = subprocess.PIPE if pipes else log
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        # -P: no file in the folder we happen to be in may pass for a library.
        [sys.executable, "-P", "-m", f"{_ROOM}.{module}", *arguments],
        stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
        stdout=output,
        stderr=log,
        env=with_blas(environment(os.environ, offline=offline)),
        pass_fds=pass_fds,
        start_new_session=True,
        umask=0o077,
    )
