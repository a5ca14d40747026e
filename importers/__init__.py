"""One module per format: a file in, validated rows out. Nothing here writes to the store."""
