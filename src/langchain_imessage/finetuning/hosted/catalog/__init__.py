"""Who can be asked to train: the table of providers, its dates, and their addresses."""
