"""Commands that train a model, follow its jobs and talk to it."""
