"""One record at a time, as generated Python: flat conditions for small policies, bit vectors for large ones."""
