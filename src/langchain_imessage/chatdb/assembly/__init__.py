"""The messages of a conversation, once its rows are read → what they are together."""
