"""Ties, groups and activity: rows and declared features."""
