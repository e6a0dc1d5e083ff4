"""Payments and purchases: rows and declared features."""
