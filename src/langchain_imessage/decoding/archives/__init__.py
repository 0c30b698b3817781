"""Property lists and keyed archives → plain values, within limits; independent of Messages."""
