"""The database: opening, writing, migrating, the clock."""
