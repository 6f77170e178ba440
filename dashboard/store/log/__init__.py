"""The prediction log: rows as immutable Parquet files per model, version and month, listed by the store."""
