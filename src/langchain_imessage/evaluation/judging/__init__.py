"""A classifier of who wrote a text, and what its scores are worth; the standard library."""
