"""A model at work: features, score, points, grades, reasons."""
