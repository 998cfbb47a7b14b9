"""Coverage shown: a table for a terminal, Cobertura XML for CI systems, a page for people, data for programs."""

from tierpolicy.report.coverage.as_data import coverage_data
from tierpolicy.report.coverage.cobertura import cobertura_xml
from tierpolicy.report.coverage.page import coverage_page
from tierpolicy.report.coverage.terminal import coverage_table

__all__ = ["cobertura_xml", "coverage_data", "coverage_page", "coverage_table"]
