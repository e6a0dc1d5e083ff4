"""Features of the application itself."""
