"""From what a loan costs to a rate: cash flows, yearly rates as laws define them, prices by grade, offers."""
