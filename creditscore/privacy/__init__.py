"""What leaves the house of aggregates and of ids, and how one person is taken out of everything."""
