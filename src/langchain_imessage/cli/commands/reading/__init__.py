"""Commands that read a database: doctor, chats, show, search, stats, export."""
