-- The 95 % interval of each share, as far as it is known: feature -> [low, high]. Null: computed before there were any.
ALTER TABLE importances ADD COLUMN intervals VARCHAR;
