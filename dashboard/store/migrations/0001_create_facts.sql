-- Facts about models, people and events. Append only: primary keys made by the client, no secondary index, instants in UTC.
CREATE TABLE cards (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    source_name VARCHAR
);
CREATE TABLE organisation (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    source_name VARCHAR
);
CREATE TABLE events (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    happened_until TIMESTAMP,
    version VARCHAR,
    known_at TIMESTAMP NOT NULL,
    content VARCHAR NOT NULL,
    source_name VARCHAR
);
CREATE TABLE log_files (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    version VARCHAR,
    month VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    rows BIGINT NOT NULL,
    labels BIGINT NOT NULL,
    first_at TIMESTAMP,
    last_at TIMESTAMP,
    source_name VARCHAR,
    source_sha256 VARCHAR
);
