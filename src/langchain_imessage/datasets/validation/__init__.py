"""Files of examples → what a trainer would object to."""
