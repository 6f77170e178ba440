"""What may have led to a decline, or why none has to be mended, each rule by one function with its evidence."""
