"""Training examples → files.

This file only names what is public; it holds no logic. Nothing in here reads a database
or reaches the network.
"""

from __future__ import annotations

from langchain_imessage.export._jsonl import write_jsonl

__all__ = ["write_jsonl"]
