"""What is private in a link: what opens a door, and whose page it is."""
