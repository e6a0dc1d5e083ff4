"""One page for people without code: segments, cut-offs, small tests, on sums that tell of nobody alone."""
