"""The map of business processes: what they rely on, and what an outage of a model means."""
