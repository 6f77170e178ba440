"""The risk matrix: ratings, classes, triggers, track record, and the evidence beside them."""
