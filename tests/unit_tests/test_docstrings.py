"""What the docstrings of public names say: each parameter, what comes back, an example."""

from __future__ import annotations

import inspect
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import pytest

import langchain_imessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _packages() -> Iterator[str]:
    """Yield the root and every room whose names are public."""
    yield langchain_imessage.__name__
    for module in walk_packages(langchain_imessage.__path__, "langchain_imessage."):
        if "._" not in module.name and module.ispkg:
            yield module.name


def _is_function(value: object) -> bool:
    # To Python 3.14 a partial, such as a reader of content, is a routine too.
    return inspect.isroutine(value) and not isinstance(value, partial)


def _public() -> dict[str, Any]:
    """Return the public functions and classes, each under its first path."""
    found: dict[int, tuple[str, Any]] = {}
    for package in _packages():
        module = import_module(package)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if _is_function(value) or inspect.isclass(value):
                found.setdefault(id(value), (f"{package}.{name}", value))
    return dict(found.values())


def _methods(kind: type[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield a class's own public methods, but not those that override another's."""
    for name, value in vars(kind).items():
        inherited = any(hasattr(base, name) for base in kind.__mro__[1:])
        method = getattr(value, "__func__", value)
        if not name.startswith("_") and not inherited and inspect.isfunction(method):
            yield name, method


PUBLIC = _public()
FUNCTIONS = {path: value for path, value in PUBLIC.items() if _is_function(value)}
CALLABLES = FUNCTIONS | {
    f"{path}.{name}": method
    for path, kind in PUBLIC.items()
    if inspect.isclass(kind)
    for name, method in _methods(kind)
}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_a_public_function_has_an_example(path: str) -> None:
    doc = FUNCTIONS[path].__doc__ or ""
    assert ">>> " in doc or "```python" in doc


@pytest.mark.parametrize("path", CALLABLES)
def test_every_parameter_is_described(path: str) -> None:
    described = (CALLABLES[path].__doc__ or "").partition("Args:")[2]
    parameters = inspect.signature(CALLABLES[path]).parameters
    wanted = [name for name in parameters if name not in {"self", "cls"}]
    assert [name for name in wanted if f"{name}:" not in described] == []


@pytest.mark.parametrize("path", CALLABLES)
def test_what_comes_back_is_described(path: str) -> None:
    doc = CALLABLES[path].__doc__ or ""
    says = doc.startswith(("Return ", "Yield ")) or any(
        section in doc for section in ("Returns:", "Yields:")
    )
    annotation = inspect.signature(CALLABLES[path]).return_annotation
    assert says or annotation in {None, "None", "Self"}
