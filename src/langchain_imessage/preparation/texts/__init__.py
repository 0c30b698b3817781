"""Segments of nothing but text, column by column: the short way to an example."""
