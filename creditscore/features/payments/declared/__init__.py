"""Declared features of payments."""
