"""What a model report measures: functions from a fitted model and its applications to plain data."""
