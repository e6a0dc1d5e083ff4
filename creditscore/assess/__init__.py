"""What a fitted model measures on applications: frozen values with units, which need no report to be read."""
