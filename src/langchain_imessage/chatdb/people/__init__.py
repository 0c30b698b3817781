"""Who takes part: addresses, address books, persons and conversations; pure but for contacts."""
