"""Fairness: what a score and its cut-off do to groups of people."""
