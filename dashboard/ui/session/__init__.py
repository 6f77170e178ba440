"""Who reads, which home, day, language and address: what a page knows before it draws anything."""
