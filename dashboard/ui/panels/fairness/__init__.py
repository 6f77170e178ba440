"""The tab about fairness: whom a model treats differently, and what the reference says of groups."""
