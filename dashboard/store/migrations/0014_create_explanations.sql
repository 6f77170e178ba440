-- What was found to lead to single predictions, by the model file that was explained and the rows it was compared with.
CREATE TABLE explanations (
    fact_id VARCHAR PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    model_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    prediction_id VARCHAR NOT NULL,
    predicted_at TIMESTAMP NOT NULL,
    basis VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    hashed_in VARCHAR
);
