"""Pure functions: tidy frame in, alt.Chart out. Specifications hold no data, so they are built once and reused."""
