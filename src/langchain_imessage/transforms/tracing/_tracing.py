"""Keeps whole conversations out of LangSmith: chains that are not traced, and a warning.

Where LANGSMITH_TRACING is set, LangChain sends what every runnable is given, and what it
returns, to LangSmith. For a question that may be wanted; here it is a private chat.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import CHAIN, check_arguments

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


@check_arguments(chain=CHAIN)
def without_tracing(chain: Any) -> Runnable[Any, Any]:
    """Return a chain that LangSmith learns nothing of, whatever the environment says.

    What it is composed with by `|` is not traced either. A chain around it is, with what it
    hands over: so make it the outermost.

    Args:
        chain: A runnable, a function, or what else LangChain makes a runnable of.

    Returns:
        A runnable; `invoke`, `stream`, `batch` and their async forms.

    Raises:
        TypeError: If no runnable can be made of it.

    Example:
        >>> from functools import partial
        >>> from langchain_core.messages import HumanMessage
        >>> from langchain_imessage import (
        ...     map_ai_messages_in_session,
        ...     merge_chat_runs_in_session,
        ... )
        >>> chain = without_tracing(merge_chat_runs_in_session) | partial(
        ...     map_ai_messages_in_session, sender="Me"
        ... )
        >>> hi = HumanMessage("Hi!", additional_kwargs={"sender": "Me"})
        >>> chain.invoke({"messages": [hi]})["messages"][0].type
        'ai'
    """
    from langchain_imessage.transforms.tracing._untraced_chain import (  # noqa: PLC0415
        UntracedChain,
    )

    return UntracedChain(chain)


def warn_if_traced(stacklevel: int = 3) -> None:
    """Warn inside a runnable whose input and output go to LangSmith.

    Warns:
        UserWarning: If they do.
    """
    # Without these modules there is no runnable; importing them takes 0.2 s.
    runnables = sys.modules.get("langchain_core.runnables.config")
    tracers = sys.modules.get("langchain_core.tracers.langchain")
    if runnables is None or tracers is None:
        return
    config = runnables.var_child_runnable_config.get()  # set inside runnables only
    handlers = getattr((config or {}).get("callbacks"), "handlers", ())
    if any(isinstance(handler, tracers.LangChainTracer) for handler in handlers):
        warnings.warn(
            "LangSmith's tracing is on: the conversations that go through this chain are "
            "sent there. To keep them here, wrap the chain in "
            "langchain_imessage.without_tracing, or unset LANGSMITH_TRACING.",
            UserWarning,
            stacklevel=stacklevel,
        )
