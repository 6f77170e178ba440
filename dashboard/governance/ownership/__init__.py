"""Who answers for what: required roles, knowledge, workload, succession."""
