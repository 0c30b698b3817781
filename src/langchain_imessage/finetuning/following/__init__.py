"""What a job that was started does until it ends: asked, measured and shown."""
