"""Next commands and templates for trainers with interfaces of their own."""
