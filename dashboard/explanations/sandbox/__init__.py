"""Model files of others, run in a process of their own with limits."""
