"""Bills: rows and declared features."""
