"""A LangChain chain that runs with tracing off; imported only where one is made.

Owns what LangChain has to be told for it: a context without tracing, and no callbacks of
the chain around it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from langchain_core.callbacks import BaseCallbackManager
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.base import coerce_to_runnable
from langchain_core.runnables.config import var_child_runnable_config
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_END: Final = object()


class UntracedChain(Runnable[Any, Any]):
    """Runs a chain with tracing off."""

    def __init__(self, chain: Any) -> None:
        self.chain: Runnable[Any, Any] = coerce_to_runnable(chain)

    @override
    def invoke(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Any:
        with _tracing_off():
            return self.chain.invoke(input, _untraced(config), **kwargs)

    @override
    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Any:
        with _tracing_off():
            return await self.chain.ainvoke(input, _untraced(config), **kwargs)

    @override
    def stream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        pieces = self.chain.stream(input, _untraced(config), **kwargs)
        while True:
            # Off for each piece: between two of them the caller's own code runs.
            with _tracing_off():
                piece = next(pieces, _END)
            if piece is _END:
                return
            yield piece

    @override
    async def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        pieces = self.chain.astream(input, _untraced(config), **kwargs)
        while True:
            with _tracing_off():
                piece = await anext(pieces, _END)
            if piece is _END:
                return
            yield piece

    @override
    def __or__(self, other: Any) -> Runnable[Any, Any]:  # type: ignore[override]
        return UntracedChain(self.chain | _bare(other))

    @override
    def __ror__(self, other: Any) -> Runnable[Any, Any]:  # type: ignore[override]
        return UntracedChain(_bare(other) | self.chain)


@contextmanager
def _tracing_off() -> Iterator[None]:
    """Run a step without tracing, and without the config of a chain around it."""
    from langsmith.run_helpers import tracing_context

    outer = var_child_runnable_config.set(None)
    try:
        with tracing_context(enabled=False):
            yield
    finally:
        var_child_runnable_config.reset(outer)


def _bare(chain: Any) -> Runnable[Any, Any]:
    return (
        chain.chain if isinstance(chain, UntracedChain) else coerce_to_runnable(chain)
    )


def _untraced(config: RunnableConfig | None) -> RunnableConfig:
    """Return a config without the callbacks of a chain around this one.

    Those that the caller gave are a list; what is inherited is a manager.
    """
    kept: RunnableConfig = {**(config or {})}
    if isinstance(kept.get("callbacks"), BaseCallbackManager):
        del kept["callbacks"]
    return kept
