"""The decision ledger: append-only, chained by hashes, encrypted so that a subject can be forgotten."""
