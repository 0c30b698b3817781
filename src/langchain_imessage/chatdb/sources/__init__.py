"""Where a database comes from: files, backups, what tables they have; opening them safely."""
