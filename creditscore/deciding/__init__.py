"""One decision: what it rests on, its record, its replay."""
