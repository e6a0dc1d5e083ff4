"""How long adverse facts are read: by kind, and as a time from which on their rows count no more."""
