"""How applications of a repository are found, installed and run: one module per runtime."""
