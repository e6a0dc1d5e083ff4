"""Rows of loans as of a moment."""
