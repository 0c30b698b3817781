"""Tools for agents: search and read messages, in a scope, redacted; and the same over MCP.

The public names are loaded when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

if TYPE_CHECKING:
    from langchain_imessage.tools._mcp_server import mcp_server
    from langchain_imessage.tools._scope import Scope
    from langchain_imessage.tools._toolkit import IMessageToolkit

__all__ = ["IMessageToolkit", "Scope", "mcp_server"]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_mcp_server": ("mcp_server",),
        "_scope": ("Scope",),
        "_toolkit": ("IMessageToolkit",),
    },
)
