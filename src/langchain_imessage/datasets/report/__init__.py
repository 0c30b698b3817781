"""A dataset folder → one self-contained HTML page."""
