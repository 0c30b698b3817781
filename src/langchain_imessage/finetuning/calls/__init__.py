"""Calls to a provider: retried within a policy, their errors translated once."""
