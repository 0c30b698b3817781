"""Sessions and examples → files."""

from langchain_imessage.export._jsonl import write_jsonl
from langchain_imessage.export._sessions import write_sessions

__all__ = ["write_jsonl", "write_sessions"]
