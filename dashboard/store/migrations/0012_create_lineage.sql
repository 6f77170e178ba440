-- What OpenLineage events say, derived from them: it can be thrown away and made again. One statement for each event;
-- what many events say alike stands once, under a hash of it.
CREATE TABLE lineage_statements (
    event_id VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    state VARCHAR,
    run_id VARCHAR,
    origin VARCHAR NOT NULL,
    parent_run VARCHAR,
    streaming BOOLEAN NOT NULL,
    said BIGINT,
    described BIGINT,
    error VARCHAR,
    nominal_time VARCHAR
);
CREATE TABLE lineage_relations (
    said BIGINT NOT NULL,
    scope VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    source_column VARCHAR,
    target VARCHAR NOT NULL,
    target_column VARCHAR,
    detail VARCHAR
);
CREATE TABLE lineage_descriptions (
    described BIGINT NOT NULL,
    subject VARCHAR NOT NULL,
    facet VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
CREATE TABLE lineage_measurements (
    event_id VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    dataset VARCHAR NOT NULL,
    column_name VARCHAR,
    measure VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    passed BOOLEAN,
    content VARCHAR NOT NULL
);
CREATE TABLE lineage_names (node VARCHAR NOT NULL, namespace VARCHAR NOT NULL, name VARCHAR NOT NULL);
CREATE TABLE lineage_derivation (rules VARCHAR NOT NULL, made VARCHAR NOT NULL);
