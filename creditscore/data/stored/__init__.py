"""Rows of one decision, written down and opened again."""
