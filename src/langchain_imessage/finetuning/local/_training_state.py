"""What a run needs beside its weights to go on as if it had not been interrupted.

Owns the file of it in a checkpoint: the state of the optimizer and of the random numbers, and
how many tokens were trained. Runs in the trainer's process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "optimizer.safetensors"
_SEED = "seed"
"""MLX's random numbers are two words of 32 bits; a seed of 64 bits sets both."""
_TOKENS = "trained_tokens"


def save_training_state(folder: Path, optimizer: Any, trained_tokens: int) -> None:
    """Write the state into a checkpoint's folder, whole or not at all."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    numbers: Any = mx.random.state
    high, low = numbers[0].tolist()
    facts = {_SEED: str(high << 32 | low), _TOKENS: str(trained_tokens)}
    part = folder / f".part.{_FILE}"
    mx.save_safetensors(str(part), dict(tree_flatten(optimizer.state)), facts)
    part.replace(folder / _FILE)


def load_training_state(folder: Path, optimizer: Any) -> int:
    """Go on with the state in a checkpoint's folder; one of an earlier version has none.

    Returns:
        How many tokens were trained before.
    """
    import mlx.core as mx
    from mlx.utils import tree_unflatten

    path = folder / _FILE
    if not path.is_file():
        return 0
    loaded: Any = mx.load(str(path), return_metadata=True)
    state, facts = loaded
    mx.random.seed(int(facts[_SEED]))
    optimizer.state = tree_unflatten(list(state.items()))
    return int(facts[_TOKENS])
