-- The chain of what was done: one row for each action, each with the hash of the row before it. Append only.
CREATE TABLE audit (
    fact_id VARCHAR PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR,
    "before" VARCHAR NOT NULL,
    "after" VARCHAR NOT NULL,
    facts VARCHAR NOT NULL,
    prev_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);
