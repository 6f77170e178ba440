"""The demo's seven models: each module turns one raw file into the frame that its model is trained on and scores."""
