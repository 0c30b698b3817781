"""Answers that are none: what a measure that can be fooled takes for the person."""
