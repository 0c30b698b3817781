"""The shape of a conversation: runs, roles, segments, turns, windows, system prompt."""
