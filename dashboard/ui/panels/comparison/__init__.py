"""The tab on which versions are compared."""
