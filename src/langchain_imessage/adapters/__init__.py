"""Messages ↔ what providers call messages; one file per provider.

This file only holds the place; langchain_community's path is `adapters.openai`. An
adapter may not reach a provider's SDK, nor read or write a file.
"""
