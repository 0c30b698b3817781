"""The model to train on this computer: a folder, or a name on the Hugging Face hub.

Owns how the two are distinguished, and the note before a download. What a folder must
hold is `_model_folder`'s.
"""

from __future__ import annotations

from pathlib import Path

from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local.models._model_folder import (
    digest_of,
    require_whole,
)


def download_notice(model: str) -> str | None:
    """Return a note on what is downloaded for a model; None if nothing is.

    Example:
        >>> download_notice(".") is None
        True
        >>> download_notice("Qwen/Qwen3-0.6B")  # doctest: +ELLIPSIS
        'Qwen/Qwen3-0.6B is downloaded from the Hugging Face hub unless ...'
    """
    if is_folder(model):
        return None
    return (
        f"{model} is downloaded from the Hugging Face hub unless it is cached; none of your "
        "data is sent."
    )


def require_usable(model: str) -> None:
    """Refuse a folder with a part of a model only; a name on the hub is not looked up.

    Raises:
        FineTuningError: It names the file that is missing or damaged.
    """
    if is_folder(model):
        require_whole(Path(model).expanduser())


def version_of(model: str) -> str:
    """Return what tells the model in a folder from another that was there before."""
    folder = Path(model).expanduser()
    return digest_of(folder) if folder.is_dir() else ""


def one_name_of(model: str) -> str:
    """Return the same for all ways to write a model's folder; a name on the hub as it is.

    Example:
        >>> one_name_of("Qwen/Qwen3-0.6B")
        'Qwen/Qwen3-0.6B'
    """
    folder = Path(model).expanduser()
    return str(folder.resolve()) if folder.is_dir() else model


def is_folder(model: str) -> bool:
    """Return whether a model is a folder, not a name on the hub.

    Raises:
        FineTuningError: If it can only be a folder, and there is none.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return True
    if path.is_file() or model.startswith(("/", ".", "~")) or model.count("/") > 1:
        raise local_error("model_not_found")
    return False
