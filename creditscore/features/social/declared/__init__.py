"""Declared features of people around an applicant."""
