"""A policy changed the way authors err, and which changes no example, case or property notices.

A *change* is an edit of the author's text (`changes*`, `literals`). The changed text is read (`changed`) and put to the
policy's own tests (`noticing`); what they don't notice is compared with the policy as it is (`comparing`): where no
customer's decision differs, nothing could notice it, else that customer makes an example that does (`telling`).
`judging` does this for the changes of one statement, `measuring` for a policy, in several processes.

Method: mutation testing (DeMillo, Lipton and Sayward, "Hints on test data selection", 1978); that a test can only
notice a change where the changed part comes out differently for its record is weak mutation (Howden, "Weak mutation
testing and completeness of test sets", 1982).
"""
