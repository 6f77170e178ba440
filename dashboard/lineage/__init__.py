"""The lineage graph: from raw data over models to single predictions, processes and persons, and the walks in it."""
