"""Texts that are read in plain letters, and those that have nothing private in them."""
