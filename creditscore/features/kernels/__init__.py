"""Compiled reductions of the rows of one applicant after another."""
