"""What moves after a model is at work: what comes in, and how loans do before they are mature."""
