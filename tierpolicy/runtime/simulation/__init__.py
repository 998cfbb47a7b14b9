"""What a policy comes to on a whole customer base: who gets what, what it costs, and who moves where another decides.

Every customer is decided, a batch at a time, and counted; what is kept is counts, so that a base may be as long as it
likes. Counts are whole numbers and sums are exact: no figure depends on the order of rows or on the size of batches.
"""
