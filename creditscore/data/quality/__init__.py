"""What is wrong with tables that keep their contract: stale, repeated, torn, shifted or impossible rows."""
