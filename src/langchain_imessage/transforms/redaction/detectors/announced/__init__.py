"""Values that are private because of the word before them."""
