"""Features and scores as SQL, for a warehouse that keeps the tables of a portfolio."""
