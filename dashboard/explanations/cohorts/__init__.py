"""What leads to the predictions of many cases: a window, a segment, against the rest."""
