"""How each kind of source is read: what is new there, and how it becomes a file that can be ingested."""
