"""How well local models predict what a person answered."""
