"""From plain numbers and labels to pictures as SVG text: for pages, and as files of their own beside a README.

Labels are anybody's and are escaped; pictures are readable in light and dark, say in words what they show, run no
script and ask for nothing from elsewhere. The same numbers give the same bytes.
"""

from tierpolicy.report.pictures.bars import Bar, Parted, bars, parted
from tierpolicy.report.pictures.beside import Series, beside
from tierpolicy.report.pictures.drawing import Words
from tierpolicy.report.pictures.flows import Flow, flows
from tierpolicy.report.pictures.heat import heat
from tierpolicy.report.pictures.histogram import histogram
from tierpolicy.report.pictures.palette import STYLE

__all__ = [
    "STYLE",
    "Bar",
    "Flow",
    "Parted",
    "Series",
    "Words",
    "bars",
    "beside",
    "flows",
    "heat",
    "histogram",
    "parted",
]
