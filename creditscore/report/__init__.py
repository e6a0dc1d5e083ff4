"""Reports: a decision for its subject or an auditor, and a model as a whole; JSON first, pages from it."""
