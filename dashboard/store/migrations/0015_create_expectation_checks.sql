-- Checks of the expectations on models' cards, period by period; a newer row of a check supersedes the older.
CREATE TABLE expectation_checks (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    hashed_in VARCHAR
);
