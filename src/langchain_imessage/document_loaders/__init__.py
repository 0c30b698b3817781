"""Conversations as documents for retrieval, at langchain_community's path.

This file only names what is public.
"""

from langchain_imessage.document_loaders.imessage import IMessageLoader

__all__ = ["IMessageLoader"]
