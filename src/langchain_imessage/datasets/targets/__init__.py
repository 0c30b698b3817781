"""Sessions and examples → files and tables of other tools."""
