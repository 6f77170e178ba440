-- Summaries of the prediction log and what follows from them. Derived, yet appended like facts: what a page showed stays readable.
CREATE TABLE profile_layouts (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
CREATE TABLE profiles (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    layout_id VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    period_start TIMESTAMP NOT NULL,
    segment_column VARCHAR,
    segment_value VARCHAR,
    predictions BIGINT NOT NULL,
    labelled BIGINT NOT NULL,
    features BLOB NOT NULL,
    outcomes BLOB NOT NULL
);
CREATE TABLE monitor_runs (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    layout_id VARCHAR NOT NULL,
    known_until TIMESTAMP NOT NULL,
    periods BIGINT NOT NULL
);
CREATE TABLE importances (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    rows BIGINT NOT NULL,
    basis VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
CREATE TABLE statuses (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    message_values VARCHAR NOT NULL
);
