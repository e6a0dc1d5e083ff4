"""Feeds of messages that keep a portfolio on disk current, and people whose scores are watched."""
