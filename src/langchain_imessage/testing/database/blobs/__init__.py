"""What Messages archives into the columns of a row: bodies, edits, payloads of balloons."""
