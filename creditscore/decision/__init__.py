"""Decisions: the record of one, and what it is taken by."""
