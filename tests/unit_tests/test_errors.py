"""Each error of this package can be pickled and copied, with its attributes."""

from __future__ import annotations

import copy
import inspect
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from multiprocessing import get_context
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import langchain_imessage
from langchain_imessage.errors import (
    AmbiguousConversationError,
    DecodeError,
    IMessageError,
    MissingDependencyError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def every_error(kind: type[IMessageError] = IMessageError) -> Iterator[Any]:
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


for module in pkgutil.walk_packages(langchain_imessage.__path__, "langchain_imessage."):
    if "_main" not in module.name and "__main__" not in module.name:
        try:
            import_module(module.name)
        except ImportError:  # an extra is not installed
            continue


def made(kind: type[IMessageError]) -> IMessageError:
    """Make an error with a value of its own for each of its parameters."""
    if kind is AmbiguousConversationError:
        return kind([3, 5])  # type: ignore[call-arg]
    if inspect.ismethoddescriptor(kind.__init__):  # Exception's own
        return kind("what is wrong")
    parameters = inspect.signature(kind).parameters.values()
    named = {p.name: f"the {p.name}" for p in parameters if p.kind is p.KEYWORD_ONLY}
    return kind("what is wrong", **named)


def told(error: BaseException) -> Any:
    return type(error), str(error), error.args, vars(error), getattr(error, "name", 0)


@pytest.mark.parametrize("kind", sorted(set(every_error()), key=str))
def test_an_error_is_pickled_and_copied_with_its_attributes(
    kind: type[IMessageError],
) -> None:
    error = made(kind)
    error.add_note("a note")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        assert told(again) == told(error)
    assert told(copy.copy(error)) == told(error)
    assert told(copy.deepcopy(error)) == told(error)


def fail(number: int) -> None:
    if number:
        raise DecodeError("what is wrong", offset=7, guid="G")
    raise MissingDependencyError("pillow", extra="images")


@pytest.mark.slow
def test_an_error_comes_out_of_a_process_pool() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        with pytest.raises(MissingDependencyError, match=r"\[images\]"):
            pool.submit(fail, 0).result()
        with pytest.raises(DecodeError) as caught:
            pool.submit(fail, 1).result()
    assert (caught.value.offset, caught.value.guid) == (7, "G")


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        (None, ""),
        ('{"url": "https://example.com/a.whl", "archive_info": {}}', ""),
        (
            '{"url": "file:///a", "dir_info": {}}',
            " (in a checkout: pip install '.[mlx]')",
        ),
        (PackageNotFoundError(), " (in a checkout: pip install '.[mlx]')"),
    ],
)
def test_a_missing_package_is_installed_from_where_this_one_was(
    origin: str | Exception | None, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(_: str) -> Any:
        if isinstance(origin, Exception):
            raise origin
        return SimpleNamespace(read_text=lambda _: origin)

    monkeypatch.setattr("importlib.metadata.distribution", found)
    said = str(MissingDependencyError("mlx-lm", extra="mlx"))
    start = "mlx-lm is not installed. Install it with: "
    assert said == f"{start}pip install 'langchain-imessage[mlx]'{hint}"
