"""Models → their answers to what was said, asked for once and kept."""
