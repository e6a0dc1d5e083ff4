"""Declared features of loans."""
