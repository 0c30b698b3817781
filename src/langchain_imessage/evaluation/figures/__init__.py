"""Answers → figures: like whom, fitting what was said, copied, off by what; pure."""
