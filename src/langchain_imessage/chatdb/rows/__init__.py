"""Rows of a conversation → messages with everything that belongs to them."""
