-- Keys of programs: only the hash of a key is kept, and taking one back is a fact of its own.
CREATE TABLE tokens (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    scopes VARCHAR NOT NULL,
    secret_sha256 VARCHAR NOT NULL
);
CREATE TABLE token_revocations (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    token_id VARCHAR NOT NULL
);
