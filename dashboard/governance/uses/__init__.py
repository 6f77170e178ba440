"""What a model is used for and for which cases, compared with what is approved."""
