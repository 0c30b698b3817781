"""BaseChatLoader at langchain_community's path; only re-exports, holds nothing else."""

from __future__ import annotations

from langchain_core.chat_loaders import BaseChatLoader

__all__ = ["BaseChatLoader"]
