"""Which messages and conversations are left out, and under which reason."""
