"""Small tests before large launches: how many applications they need, and how they may be read every day."""
