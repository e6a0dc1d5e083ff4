"""Loans as of a moment: schedules, payments, days past due, outcomes."""
