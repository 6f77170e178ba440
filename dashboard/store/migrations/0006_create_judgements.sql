-- What the program says about models, and what that rests on. Derived from facts and profiles: it can be made anew.
CREATE TABLE judgements (
    asked VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    person VARCHAR,
    status VARCHAR,
    rank DOUBLE,
    due VARCHAR,
    content VARCHAR NOT NULL
);
CREATE TABLE judged_models (
    asked VARCHAR NOT NULL,
    lane VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    judged_at TIMESTAMP NOT NULL,
    facts BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    lineage BIGINT NOT NULL,
    rules VARCHAR NOT NULL,
    valid_until TIMESTAMP NOT NULL
);
CREATE TABLE judged_names (
    asked VARCHAR NOT NULL,
    lane VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL
);
