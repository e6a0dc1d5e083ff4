"""Whether an applicant can pay, apart from how likely that is: a gate of its own, and what would pass it."""
