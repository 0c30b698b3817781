"""What every command shares with the terminal: printing, progress, and how it ends."""
