"""From dataframes and records to checked, linked, ordered columns."""
