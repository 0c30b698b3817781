"""How a text is written, in figures, whatever it says; pure, of the standard library."""
