-- What a model shares with others: models that do the same, and its costed features that others use; the newest row counts.
CREATE TABLE model_overlaps (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    hashed_in VARCHAR
);
