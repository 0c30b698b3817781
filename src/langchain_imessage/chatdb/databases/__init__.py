"""One or more databases while they are open, read as one: who is there, and what their rows gave."""
