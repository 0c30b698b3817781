"""Files and jobs of the fine-tuning server, kept and run."""
