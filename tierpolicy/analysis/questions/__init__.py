"""The questions of language.md §7, a file each. A question is a record (`answer.Question`) called QUESTION."""
