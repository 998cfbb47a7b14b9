"""What applications hold: policies that decide, decisions, records and files in and out."""
