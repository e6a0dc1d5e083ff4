"""Explanations: exact contributions of features, and the few reasons that they come down to."""
