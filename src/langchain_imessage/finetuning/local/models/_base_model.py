"""The model to train on this computer: a folder, or a name on the Hugging Face hub.

Owns how the two are distinguished, and the note before a download.
"""

from __future__ import annotations

from pathlib import Path

from langchain_imessage.finetuning._errors import local_error


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


def is_folder(model: str) -> bool:
    """Return whether a model is a folder, not a name on the hub.

    Raises:
        FineTuningError: If it can only be a folder, and there is none.
    """
    if Path(model).expanduser().is_dir():
        return True
    if model.startswith(("/", ".", "~")) or model.count("/") > 1:
        raise local_error("model_not_found")
    return False
