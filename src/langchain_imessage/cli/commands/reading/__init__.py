"""Commands that read a database: chats, show, doctor, export."""
