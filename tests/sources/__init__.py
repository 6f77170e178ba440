"""Sources: files, databases, what is refused, what is tried again, and a program that is killed meanwhile."""
