"""Inquiries: rows and declared features."""
