"""Who is connected with whom and with what: the typed graph of a portfolio."""
