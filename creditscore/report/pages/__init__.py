"""Pages: functions from the JSON of a report to HTML; no number comes from anywhere else."""
