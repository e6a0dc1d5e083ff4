"""What a law allows, as dated data: rules by country, what they remove, and the door that keeps it out."""
