-- A login as it was seen first: whose it is, from when and until when it holds, and in which browser.
CREATE TABLE logins (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    session_sha256 VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    browser VARCHAR NOT NULL
);
