"""The port for embeddings and BM25."""
