"""The model to train on this computer: a folder, or a name on the Hugging Face hub.

Owns how the two are told apart, and what is said before something is downloaded.
"""

from __future__ import annotations

from pathlib import Path

from langchain_imessage.finetuning._failure_messages import fault


def download_notice(model: str) -> str | None:
    """Say what comes from the network for a model; None if nothing does.

    Example:
        >>> download_notice(".") is None
        True
        >>> download_notice("Qwen/Qwen3-0.6B")  # doctest: +ELLIPSIS
        'Qwen/Qwen3-0.6B is downloaded from the Hugging Face hub unless ...'
    """
    if is_folder(model):
        return None
    return (
        f"{model} is downloaded from the Hugging Face hub unless it is here already; "
        "nothing of yours is sent."
    )


def is_folder(model: str) -> bool:
    """Tell a model in a folder from one that is named as on the hub.

    Raises:
        FineTuningError: If it can only be a folder, and there is none.
    """
    if Path(model).expanduser().is_dir():
        return True
    if model.startswith(("/", ".", "~")) or model.count("/") > 1:
        raise fault("model_not_found")
    return False
