"""Segments: who is meant, in a small language that is parsed and never evaluated as code."""
