"""Who signs what, what a signature rests on, and when it goes stale."""
