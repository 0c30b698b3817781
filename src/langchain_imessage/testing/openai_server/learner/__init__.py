"""What stands in for a model: it remembers pairs, and measures its own error."""
