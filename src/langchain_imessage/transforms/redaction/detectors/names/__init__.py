"""People: who is known, and where a text names them."""
