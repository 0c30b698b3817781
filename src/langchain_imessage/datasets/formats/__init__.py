"""An example → the rows each consumer takes, and rows of any format → turns."""
