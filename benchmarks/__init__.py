"""Benchmarks: what profiles cost against a plain scan of the same file and against other tools (`make bench`)."""
