"""What a local model has learned by heart, and whether it may be passed on."""
