"""Chains that send nothing of the sessions they are given to LangSmith."""
