"""One detector per file: a text → where something private stands in it."""
