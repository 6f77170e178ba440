"""What comes from outside: one file a connector, each giving one kind of record."""
