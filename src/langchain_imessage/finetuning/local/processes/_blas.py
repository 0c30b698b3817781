"""A fast BLAS for the processes that train, serve and score with MLX on Linux.

MLX's wheel for Linux processors brings reference BLAS, which multiplies float32 matrices at
about 2 GFLOP/s; OpenBLAS does 20 to 200 on the same computer. Owns how one is found (the
system's, else the one in the wheel `cmeel-openblas`) and the environment variables by which
a child process loads it. This process itself loads nothing, and on macOS MLX uses
Apple's own: nothing is changed there.
"""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local._cache_dir import cache_dir
from langchain_imessage.finetuning.local.processes._blas_threads import (
    VARIABLE as THREADS,
)
from langchain_imessage.finetuning.local.processes._blas_threads import free_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INSTALL_HINT = (
    "pip install 'langchain-imessage[blas]', or the system's OpenBLAS "
    "(Debian, Ubuntu: apt install libopenblas0-pthread; Fedora: dnf install openblas-threads)"
)
"""How to get one where there is none."""

_SYSTEM = ("openblasp", "openblas", "openblaso")
"""Fedora's names for its builds with threads, without, and with OpenMP; Debian has one."""
_WHEEL, _WHEELS_LIBRARY = "cmeel-openblas", "libopenblas.so.0"
_FORTRAN = {"libgfortran": "libgfortran.so.5", "libquadmath": "libquadmath.so.0"}
"""What that wheel needs and does not bring, by the names of the copies that MLX brings."""
_PROBE = "import ctypes; ctypes.CDLL(None).cblas_sgemm"
_PROBE_SECONDS = 30.0
_PRELOAD, _SEARCH = "LD_PRELOAD", "LD_LIBRARY_PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlasLibrary:
    """A library with BLAS to load before MLX.

    Attributes:
        library: Its path, or a name that the system's loader finds.
        origin: "system" or "wheel".
        folders: Where the libraries are that it needs itself.
    """

    library: str
    origin: str
    folders: tuple[str, ...] = ()

    def added_to(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which a process loads the library first.

        Example:
            >>> blas = BlasLibrary(library="libopenblas.so.0", origin="system")
            >>> blas.added_to({"LD_PRELOAD": "libother.so"})["LD_PRELOAD"]
            'libopenblas.so.0:libother.so'
        """
        made = {
            THREADS: str(free_cores()),
            **base,
            _PRELOAD: _joined(self.library, base.get(_PRELOAD)),
        }
        if self.folders:
            made[_SEARCH] = _joined(*self.folders, base.get(_SEARCH))
        return made


def with_blas(base: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with the fast BLAS of this computer, if it has one."""
    found = find_blas()
    return found.added_to(base) if found else dict(base)


def blas_matters() -> bool:
    """Return whether MLX multiplies on this computer by a BLAS that can be replaced."""
    return sys.platform == "linux" and find_spec("mlx") is not None


@lru_cache(maxsize=1)
def find_blas() -> BlasLibrary | None:
    """Return the first library that a process really starts with; None if there is none."""
    if not blas_matters():
        return None
    return next((one for one in (*_of_system(), *_of_wheel()) if _works(one)), None)


def _of_system() -> Iterator[BlasLibrary]:
    """Yield what the system's loader, and a conda environment, know."""
    for name in _SYSTEM:
        if found := ctypes.util.find_library(name):
            yield BlasLibrary(library=found, origin="system")
    bundled = Path(sys.prefix, "lib", "libopenblas.so.0")
    if bundled.is_file():
        yield BlasLibrary(library=str(bundled), origin="system")


def _of_wheel() -> Iterator[BlasLibrary]:
    """Yield the library in the wheel, with links to what it needs."""
    with suppress(PackageNotFoundError, OSError, FineTuningError):  # of the cache
        for file in distribution(_WHEEL).files or ():
            path = Path(file.locate())
            if path.name == _WHEELS_LIBRARY:
                folders = tuple(_fortran_folders())
                yield BlasLibrary(library=str(path), origin="wheel", folders=folders)


def _fortran_folders() -> Iterator[str]:
    """Yield the folders of the Fortran libraries that MLX brings, under their usual names."""
    spec = find_spec("mlx")
    for package in spec.submodule_search_locations or () if spec else ():
        bundled = Path(package).parent / "mlx_cpu.libs"
        if not bundled.is_dir():
            continue
        links = cache_dir("libraries")
        for path in bundled.iterdir():
            if usual := _FORTRAN.get(path.name.partition("-")[0]):
                _link(links / usual, path)
        yield from (str(links), str(bundled))


def _link(link: Path, target: Path) -> None:
    """Make a symbolic link, in place of an earlier one: another MLX may be installed."""
    if link.is_symlink() and link.readlink() == target:
        return
    part = link.with_name(f".{link.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)


def _works(blas: BlasLibrary) -> bool:
    """Return whether a process starts with a library, and finds a product of matrices in it.

    One whose own libraries are missing would end every process that preloads it.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-S", "-c", _PROBE],
            env=blas.added_to(os.environ),
            capture_output=True,
            check=False,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _joined(*values: str | None) -> str:
    return ":".join(value for value in values if value)
