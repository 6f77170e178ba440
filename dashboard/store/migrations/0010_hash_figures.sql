-- What the program computed is hashed in the record of the transaction that wrote it: rows by table, model and period.
-- Rows without `hashed_in` were computed before there were hashes.
CREATE TABLE figure_hashes (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
ALTER TABLE pending_labels ADD COLUMN hashed_in VARCHAR;
ALTER TABLE profile_layouts ADD COLUMN hashed_in VARCHAR;
ALTER TABLE profiles ADD COLUMN hashed_in VARCHAR;
ALTER TABLE monitor_runs ADD COLUMN hashed_in VARCHAR;
ALTER TABLE importances ADD COLUMN hashed_in VARCHAR;
ALTER TABLE statuses ADD COLUMN hashed_in VARCHAR;
-- What is kept of a model, its basis and the names it rests on.
ALTER TABLE judged_models ADD COLUMN sha256 VARCHAR;
