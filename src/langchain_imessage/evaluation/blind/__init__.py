"""A page on which somebody tells real answers from a model's, and what came of it."""
