"""How requests of the fine-tuning server come in and go out."""
