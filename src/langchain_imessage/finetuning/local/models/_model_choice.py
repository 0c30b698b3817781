"""`model="auto"`: the largest model of the table that this computer has the memory to train.

Owns how much memory there is, and how much of it a training may take. On a processor the
choice is bounded by time as well. Asks the system, and nobody else.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from langchain_imessage.arguments import FLAG, NUMBER, WHOLE, check_arguments, or_none
from langchain_imessage.finetuning.local.models._model_table import (
    LOCAL_MODELS,
    LONGEST_ROW,
)

AUTO = "auto"
_SHARE = 0.7
"""Of the memory: the rest is for the system, and macOS gives a GPU no more."""
_MOST_ON_A_CPU = 0.7e9
"""Weights: two cores learn about 100 tokens a second of a model of a fifth of this size."""
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_GIGABYTE = 1e9
_GPU_PACKAGES = ("mlx_cuda_12", "mlx_cuda_13", "mlx_cuda")


@check_arguments(memory_gb=or_none(NUMBER), on_cpu=or_none(FLAG), max_seq_length=WHOLE)
def choose_model(
    *,
    memory_gb: float | None = None,
    on_cpu: bool | None = None,
    max_seq_length: int = LONGEST_ROW,
) -> str:
    """Return the name of the largest model that can be trained.

    A model's 4-bit variant is taken where the model itself does not fit: a larger model
    with 4 bits writes better than a smaller one with 16.

    Args:
        memory_gb: The computer's memory in gigabytes; asked of the system if None.
        on_cpu: Whether it computes on a processor; asked likewise.
        max_seq_length: Tokens of the longest row. Shorter rows let a larger model fit.

    Returns:
        A name on the Hugging Face hub, for `fine_tune(model=)`. The smallest one if none
        fits.

    Example:
        >>> choose_model(memory_gb=16, on_cpu=False)
        'mlx-community/Qwen3-1.7B-4bit'
        >>> choose_model(memory_gb=16, on_cpu=False, max_seq_length=512)
        'mlx-community/Qwen3-8B-4bit'
        >>> choose_model(memory_gb=16, on_cpu=True)
        'Qwen/Qwen3-0.6B'
    """
    memory = physical_memory_gb() if memory_gb is None else memory_gb
    cpu = _computes_on_a_cpu() if on_cpu is None else on_cpu
    room = memory * _SHARE
    for one in reversed(LOCAL_MODELS):
        if cpu and one.weights > _MOST_ON_A_CPU:
            continue
        if one.memory_gb(on_cpu=cpu, max_seq_length=max_seq_length) <= room:
            return one.name
        quantized = one.memory_gb(four_bit=True, max_seq_length=max_seq_length)
        if not cpu and quantized <= room:
            return one.four_bit
    return LOCAL_MODELS[0].name


def physical_memory_gb() -> float:
    """Return how many gigabytes this computer, or this container, has; 0 if not known."""
    if not hasattr(os, "sysconf"):
        return 0.0
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # "max", where there is no limit
        return min(installed, int(_LIMIT.read_text())) / _GIGABYTE
    return installed / _GIGABYTE


def _computes_on_a_cpu() -> bool:
    return sys.platform != "darwin" and not any(map(find_spec, _GPU_PACKAGES))
