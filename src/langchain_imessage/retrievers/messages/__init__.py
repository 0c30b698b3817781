"""A private file in which messages are found by their words: written, grown, searched."""
