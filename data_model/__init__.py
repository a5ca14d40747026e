"""The store: tables, vocabulary, transactions and queries. Knows nothing of files, words or screens."""
