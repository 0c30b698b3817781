"""Which BLAS a training process loads, and that no other process is changed."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.finetuning.local.processes import _blas, _subprocesses
from langchain_imessage.finetuning.local.processes._blas import BlasLibrary, find_blas

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def linux_with_mlx(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """A Linux computer with MLX, whose libraries are the ones that a test names."""
    names: dict[str, str] = {}
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(ctypes.util, "find_library", names.get)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    package = tmp_path / "site" / "mlx"
    package.mkdir(parents=True)
    spec = SimpleNamespace(submodule_search_locations=[str(package)])
    monkeypatch.setattr(_blas, "find_spec", lambda _: spec)
    monkeypatch.setattr(_blas, "distribution", no_wheel)
    monkeypatch.setattr(_blas, "_works", lambda _: True)
    find_blas.cache_clear()
    yield names
    find_blas.cache_clear()


def no_wheel(name: str) -> Any:
    raise _blas.PackageNotFoundError(name)


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Install a wheel with the library, and the copies of libgfortran that MLX brings."""
    library = tmp_path / "site" / "cmeel.prefix" / "lib" / "libopenblas.so.0"
    library.parent.mkdir(parents=True)
    library.touch()
    files = [SimpleNamespace(locate=lambda: library)]
    monkeypatch.setattr(_blas, "distribution", lambda _: SimpleNamespace(files=files))
    bundled = tmp_path / "site" / "mlx_cpu.libs"
    bundled.mkdir()
    for name in ("libgfortran-f7.so.5.0.0", "libquadmath-a9.so.0.0.0", "libblas-b.so"):
        (bundled / name).touch()
    return library


def test_the_systems_library_is_preferred(
    linux_with_mlx: dict[str, str], wheel: Path
) -> None:
    linux_with_mlx["openblas"] = "libopenblas.so.0"
    found = find_blas()
    assert wheel.is_file()
    assert found == BlasLibrary(library="libopenblas.so.0", origin="system")


def test_fedoras_library_with_threads_comes_before_the_one_without(
    linux_with_mlx: dict[str, str],
) -> None:
    linux_with_mlx |= {"openblas": "libopenblas.so.0", "openblasp": "libopenblasp.so.0"}
    found = find_blas()
    assert found is not None
    assert found.library == "libopenblasp.so.0"


def test_the_library_of_a_conda_environment_is_found(tmp_path: Path) -> None:
    library = tmp_path / "prefix" / "lib" / "libopenblas.so.0"
    library.parent.mkdir(parents=True)
    library.touch()
    assert find_blas() == BlasLibrary(library=str(library), origin="system")


def test_the_wheels_library_is_given_the_fortran_that_mlx_brings(
    wheel: Path, tmp_path: Path
) -> None:
    found = find_blas()
    assert found is not None
    assert (found.library, found.origin) == (str(wheel), "wheel")
    links, bundled = map(Path, found.folders)
    assert bundled == tmp_path / "site" / "mlx_cpu.libs"
    assert {path.name: path.readlink().name for path in links.iterdir()} == {
        "libgfortran.so.5": "libgfortran-f7.so.5.0.0",
        "libquadmath.so.0": "libquadmath-a9.so.0.0.0",
    }


def test_without_a_safe_cache_for_its_links_the_wheels_is_passed_over(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    (tmp_path / "shared" / "langchain-imessage").mkdir(parents=True)
    (tmp_path / "shared" / "langchain-imessage").chmod(0o777)  # as on an exFAT disk
    assert wheel.is_file()
    assert find_blas() is None


def test_a_wheel_without_the_library_is_passed_over(wheel: Path) -> None:
    wheel.rename(wheel.with_name("libopenblas.dylib"))
    files = [SimpleNamespace(locate=lambda: wheel.with_name("libopenblas.dylib"))]
    _blas.distribution("any").files[:] = files
    assert find_blas() is None


def test_links_to_another_mlx_are_replaced(wheel: Path, tmp_path: Path) -> None:
    find_blas()
    bundled = tmp_path / "site" / "mlx_cpu.libs"
    (bundled / "libgfortran-f7.so.5.0.0").rename(bundled / "libgfortran-e0.so.5.0.0")
    find_blas.cache_clear()
    found = find_blas()
    assert found is not None
    link = Path(found.folders[0]) / "libgfortran.so.5"
    assert wheel.is_file()
    assert link.readlink().name == "libgfortran-e0.so.5.0.0"


def test_a_library_that_no_process_starts_with_is_passed_over(
    linux_with_mlx: dict[str, str], wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linux_with_mlx["openblas"] = "libopenblas.so.0"
    monkeypatch.setattr(_blas, "_works", lambda one: one.origin == "wheel")
    found = find_blas()
    assert found is not None
    assert found.library == str(wheel)


@pytest.mark.parametrize("symbol", ["cblas_sgemm", "getpid"])
def test_a_library_works_if_a_process_finds_the_product_of_matrices_in_it(
    monkeypatch: pytest.MonkeyPatch, symbol: str
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(_blas, "_PROBE", _blas._PROBE.replace("cblas_sgemm", symbol))
    # A library that is always there, and has one of these two functions.
    blas = BlasLibrary(library="libm.so.6", origin="system")
    works = symbol == "getpid" and sys.platform == "linux"
    assert _blas._works(blas) == works


def test_a_probe_that_cannot_run_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    def fail(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("python", 30)

    monkeypatch.setattr(subprocess, "run", fail)
    assert not _blas._works(BlasLibrary(library="libm.so.6", origin="system"))


def test_without_a_library_the_environment_stays_as_it_is() -> None:
    assert find_blas() is None
    assert _blas.with_blas({"A": "b"}) == {"A": "b"}


def test_a_mac_keeps_apples_own(
    monkeypatch: pytest.MonkeyPatch, linux_with_mlx: dict[str, str]
) -> None:
    linux_with_mlx["openblas"] = "libopenblas.dylib"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert find_blas() is None


def test_what_is_preloaded_already_stays_behind_it() -> None:
    blas = BlasLibrary(library="/w/libopenblas.so.0", origin="wheel", folders=("/l",))
    mine = {"LD_PRELOAD": "libmine.so", "LD_LIBRARY_PATH": "/mine"}
    assert blas.added_to({**mine, "OPENBLAS_NUM_THREADS": "7"}) == {
        "OPENBLAS_NUM_THREADS": "7",
        "LD_PRELOAD": "/w/libopenblas.so.0:libmine.so",
        "LD_LIBRARY_PATH": "/l:/mine",
    }


def test_only_the_process_that_is_started_gets_it(
    monkeypatch: pytest.MonkeyPatch, linux_with_mlx: dict[str, str]
) -> None:
    linux_with_mlx["openblas"] = "libopenblas.so.0"
    before = dict(os.environ)
    given: dict[str, Any] = {}
    monkeypatch.setattr(subprocess, "Popen", lambda _, **more: given.update(more))
    _subprocesses.start("worker._trainer_main", [], offline=True, log=-3)
    assert given["env"]["LD_PRELOAD"] == "libopenblas.so.0"
    assert dict(os.environ) == before


def test_looking_for_a_blas_imports_nothing_else_of_finetuning() -> None:
    script = (
        f"import sys, {_blas.__name__}; print('langchain_core' in sys.modules, "
        "'langchain_imessage.finetuning._job' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
