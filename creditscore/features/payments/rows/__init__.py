"""Rows of payments as of a moment."""
