"""Data quality on pages: what is said first, faults with what may be done about them, checks over time."""
