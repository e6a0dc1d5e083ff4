"""Rows of sessions, forms and registrations as of a moment."""
