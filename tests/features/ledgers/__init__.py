"""Loan ledgers written by hand, with what a careful underwriter reads in them.

``python -m tests.features.ledgers`` prints a table of what is expected and what is found.
"""
