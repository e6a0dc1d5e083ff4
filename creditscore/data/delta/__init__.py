"""Portfolios in Delta Lake: a Delta table for each table, and one that says which belong together."""
