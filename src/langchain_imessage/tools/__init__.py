"""Tools for agents: search and read messages, in a scope, redacted; and the same over MCP.

The public names are loaded when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.tools._mcp_server import mcp_server
    from langchain_imessage.tools._scope import Scope
    from langchain_imessage.tools._toolkit import IMessageToolkit

__all__ = ["IMessageToolkit", "Scope", "mcp_server"]

_HOME_OF = {
    "IMessageToolkit": "_toolkit",
    "Scope": "_scope",
    "mcp_server": "_mcp_server",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
