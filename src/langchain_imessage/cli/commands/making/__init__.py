"""Commands that make a sample database, and make and check a dataset."""
