"""A model trained here → files for other programs, made in a process of its own."""
