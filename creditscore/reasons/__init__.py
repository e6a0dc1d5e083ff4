"""Which reasons are given, and which were suppressed and why."""
