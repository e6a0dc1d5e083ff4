"""Which changes would have led to another decision."""
