"""Digital channels: rows and declared features."""
