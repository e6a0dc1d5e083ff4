"""Ties, groups and standings of people."""
