-- What a file of the log came with, whether another version had scored its cases before, and which files were withdrawn.
ALTER TABLE log_files ADD COLUMN delivery_id VARCHAR;
ALTER TABLE log_files ADD COLUMN shared BOOLEAN;
CREATE TABLE withdrawals (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL
);
-- Derived from the log: the labels that meet no prediction, by the file that brought them, counted anew with each change.
CREATE TABLE pending_labels (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    delivery_id VARCHAR,
    source_name VARCHAR,
    labels BIGINT NOT NULL,
    first_known_at TIMESTAMP,
    last_known_at TIMESTAMP,
    examples VARCHAR NOT NULL
);
