"""What is known of one applicant as of a moment, on one page."""
