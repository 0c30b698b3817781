"""Commands with which a model speaks, and is measured by how it does."""
