-- The instant from which on a token opens nothing any more; null in tokens from before there was one: these do not end.
ALTER TABLE tokens ADD COLUMN ends_at TIMESTAMP;
