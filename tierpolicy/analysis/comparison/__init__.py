"""What comparing two policies is made of; the question itself is `questions/two_policies`."""
