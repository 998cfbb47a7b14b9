"""From records that an engine found to ones that people can use: few facts, round numbers, an `example` to paste."""
