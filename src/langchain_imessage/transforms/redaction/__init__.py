"""What is private in texts → placeholders, and back again."""
