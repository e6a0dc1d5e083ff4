"""Features as declarations: what they are, the statistics they name, and how they are computed."""
