"""The forms that the tables of a ledger have had, in order."""
