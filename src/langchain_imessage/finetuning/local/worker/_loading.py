"""Models as they are loaded to be trained, served and scored: in float32 on a processor.

Most models are published in bfloat16, which MLX multiplies on a processor at a fiftieth of
the speed of float32. On a GPU they stay as they are. Runs in the worker's process.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_CODE: Mapping[str, bool] = {"trust_remote_code": False}
"""Settings of a tokenizer. Unless told so, transformers asks at stdin whether to run code
that is in a model's folder."""


def prepare_cpu() -> bool:
    """Have MLX compile nothing on a processor, where it would run a C++ compiler.

    Returns:
        Whether MLX runs on a processor.
    """
    import mlx.core as mx

    is_cpu: bool = mx.default_device() == mx.cpu
    if is_cpu:
        mx.disable_compile()
    return is_cpu


def load_model(model: str, *, adapters: str | None = None) -> tuple[Any, Any]:
    """Load a model and its tokenizer, fit to compute with.

    Args:
        model: A folder, or a name on the Hugging Face hub.
        adapters: The folder of what was learned; None for the model itself.
    """
    import mlx.core as mx
    import mlx_lm

    load = in_float32(mlx_lm.load) if mx.default_device() == mx.cpu else mlx_lm.load
    loaded = load(model, adapter_path=adapters, tokenizer_config={**NO_CODE})
    return loaded[0], loaded[1]


def in_float32(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return mlx-lm's function that loads, with models in float32.

    Quantized weights stay as they are; what they are scaled with becomes float32.
    """

    @wraps(load)
    def load_in_float32(*arguments: Any, **options: Any) -> Any:
        import mlx.core as mx

        # Lazily, so that the weights are never in memory twice.
        loaded = load(*arguments, lazy=True, **options)
        loaded[0].set_dtype(mx.float32)
        mx.eval(loaded[0].parameters())
        return loaded

    return load_in_float32
