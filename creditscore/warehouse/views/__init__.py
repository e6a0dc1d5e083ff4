"""Rows of views as of a moment, in SQL."""
