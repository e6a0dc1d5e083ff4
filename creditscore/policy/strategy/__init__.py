"""What a policy does besides its rules and its cut-off: ability to pay, arms, price, offer."""
