"""The door: any dataframe or plain records become checked, sorted, read-only NumPy columns."""
