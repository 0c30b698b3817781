"""Commands for other programs' agents."""
