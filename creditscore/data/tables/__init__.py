"""Declared tables, and how their rows are stored."""
