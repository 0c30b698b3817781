"""Answers that no model gave: a measure that takes them for the person's is no good."""
