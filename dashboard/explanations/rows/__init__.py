"""Single rows of the prediction log: samples with their ids, cases worth a look, known cases like another one."""
