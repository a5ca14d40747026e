"""What is shipped and how it is put to work: the list of parts, their licences, known weaknesses, server settings."""
