"""Fit a model, keep it, and ask it."""
