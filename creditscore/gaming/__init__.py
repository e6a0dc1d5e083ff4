"""People bend their raw events, and are scored again: how far a model can be gamed."""
