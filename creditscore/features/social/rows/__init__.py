"""Rows of people around an applicant as of a moment."""
