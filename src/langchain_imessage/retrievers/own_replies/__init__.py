"""Own replies: what was said, and what the owner answered, to be found again."""
