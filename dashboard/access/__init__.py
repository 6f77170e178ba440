"""Who acts or asks, and what is open to them: the one check that every page, route and command goes through."""
