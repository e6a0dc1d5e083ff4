"""Features once more from stored rows, in plain Python: slow, and written apart from the kernels."""
