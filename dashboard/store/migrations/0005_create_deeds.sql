-- What people say and do about models, who may do it, and what programs send. Append only, keys made by the client.
CREATE TABLE statements (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    person_id VARCHAR,
    model_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    subject VARCHAR,
    content VARCHAR NOT NULL
);
CREATE TABLE alerts (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    message VARCHAR NOT NULL,
    message_values VARCHAR NOT NULL
);
CREATE TABLE access_grants (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
CREATE TABLE ended_sessions (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    session_sha256 VARCHAR NOT NULL
);
CREATE TABLE requests (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    payload_sha256 VARCHAR NOT NULL
);
CREATE TABLE lineage_events (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    event_time TIMESTAMP NOT NULL,
    event_type VARCHAR,
    run_id VARCHAR,
    job_namespace VARCHAR,
    job_name VARCHAR,
    content VARCHAR NOT NULL
);
ALTER TABLE tokens ADD COLUMN person_id VARCHAR;
