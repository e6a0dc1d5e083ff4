"""JSON Schemas of the reports."""
