"""The blobs and small languages of a row, as values; no database, no I/O."""
