"""A server on this machine that speaks OpenAI's fine-tuning API."""
