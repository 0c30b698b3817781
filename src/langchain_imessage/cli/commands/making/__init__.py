"""Commands that make and check a dataset."""
