"""Declared features of digital channels."""
