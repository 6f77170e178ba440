"""The page about features: what they bring and cost, who shares them, what may be made twice."""
