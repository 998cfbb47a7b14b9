"""Conditions as boxes: per field a set of cells. Most policies are boxes, and comparing boxes takes microseconds."""
