"""Loans, instalments and card statements: rows and declared features."""
