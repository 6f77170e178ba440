"""What surrounds every page: heading, cards, sign-in, progress of long work, faults, provenance."""
