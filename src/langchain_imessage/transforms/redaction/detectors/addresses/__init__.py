"""Street addresses in a text."""
