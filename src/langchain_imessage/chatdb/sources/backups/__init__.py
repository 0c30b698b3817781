"""iPhone backups, encrypted or not → the databases and attachments in them."""
