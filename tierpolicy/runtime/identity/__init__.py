"""Records of customers from several channels to one record for each customer."""
