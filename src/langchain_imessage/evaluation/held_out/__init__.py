"""What a dataset holds out: the owner's answers, what was said before, by segment."""
