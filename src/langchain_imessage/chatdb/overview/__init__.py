"""What a database holds, by figures that need no message's body."""
