"""What each payment of a person is: one classification, made once, that features, records and pages share."""
