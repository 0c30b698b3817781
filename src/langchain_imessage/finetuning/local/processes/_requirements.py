"""Whether MLX can be used on this computer: looked up, never imported here."""

from __future__ import annotations

import platform
import sys
from importlib.util import find_spec

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.finetuning._errors import local_error


def require_mlx() -> None:
    """Raise if nothing can be trained here. Imports nothing: mlx-lm changes its process.

    Raises:
        FineTuningError: If mlx-lm does not exist for this kind of computer.
        MissingDependencyError: If it is not installed.
    """
    if not is_supported_platform():
        raise local_error("unsupported_platform")
    if not (find_spec("mlx") and find_spec("mlx_lm")):
        raise MissingDependencyError("mlx-lm", extra="mlx")


def is_supported_platform() -> bool:
    """Return whether there is an MLX for this kind of computer."""
    machine = (sys.platform, platform.machine())
    return sys.platform == "linux" or machine == ("darwin", "arm64")
