"""Messages databases of any era, written row by row, with their truth."""
