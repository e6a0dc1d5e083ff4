"""The lender's rules and cut-offs."""
