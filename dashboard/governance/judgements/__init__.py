"""What the program says about models: judged once when something that it rests on changed, kept, and read by all."""
