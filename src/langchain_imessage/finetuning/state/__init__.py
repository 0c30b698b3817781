"""The file that remembers which jobs a dataset has, and the locks around it."""
