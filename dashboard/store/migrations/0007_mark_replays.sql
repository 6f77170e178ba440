-- The instant for which a record of the demo's replay stands; `recorded_at` stays the instant at which it was written.
ALTER TABLE audit ADD COLUMN replayed_at TIMESTAMP;
