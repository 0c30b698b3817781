"""The commands, a file each: arguments to calls, and what comes of them to the terminal."""
