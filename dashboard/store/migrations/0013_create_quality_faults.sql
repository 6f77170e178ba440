-- Failed checks of a model's data, run by run of failing periods; a newer row of a fault supersedes the older.
CREATE TABLE quality_faults (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    fault VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    hashed_in VARCHAR
);
