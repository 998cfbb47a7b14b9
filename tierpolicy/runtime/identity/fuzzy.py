"""Records that only look alike to clusters: Splink's model, trained elsewhere, run on the records at hand.

Splink links by the model of I. P. Fellegi and A. B. Sunter, *A Theory for Record Linkage*, Journal of the American
Statistical Association 64, 1969. Its settings (comparisons, blocking rules, what was learnt) are a JSON file that
Splink itself saves; nothing of it is decided here. The clusters that it finds join records as one more key does.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.model.types import Choice, Date, Money, Percent, Scale, SetOf
from tierpolicy.runtime.identity.layout import Layout
from tierpolicy.runtime.identity.linking import Ties
from tierpolicy.runtime.identity.stored import Kept
from tierpolicy.runtime.rows import UnusableFile

WANTED: Mapping[str, str] = {
    "link_type": "which says where duplicates are looked for",
    "comparisons": "which say what makes records alike",
    "blocking_rules_to_generate_predictions": "which say what pairs are compared at all",
}
LARGEST_SETTINGS = 1 << 24
LONGEST_SAID = 200
SAVED_BY = "Splink saves its settings with `linker.misc.save_model_to_json`"


def fuzzy_ties(connection: Any, settings: Path, threshold: float, layout: Layout, most_linked: int) -> Ties:
    """The ties between records of one cluster: pairs that Splink holds for one customer at `threshold` or above.

    Splink sees the fields by the policy's names (keys as they are normalised, no sets). UnusableFile says in a sentence
    what Splink makes of its settings.
    """
    model = _settings(settings)
    try:
        from splink import Linker
        from splink.backends.duckdb import DuckDBAPI
    except ImportError:
        needed = "install it with `pip install 'tierpolicy[identity]'`"
        raise UnusableFile(f"`--splink` needs Splink 5 or later: {needed}") from None
    with _quietly():
        try:
            database = DuckDBAPI(connection=connection)
            tables = [database.register(name, dataset_display_name=name) for name in _tables(connection, layout, model)]
            linker = Linker(tables[0] if len(tables) == 1 else tables, model, log_level=None)
            pairs = linker.inference.predict(threshold_match_probability=threshold, warning_mode="never")
            found = linker.clustering.cluster_pairwise_predictions_at_threshold(
                pairs, threshold_match_probability=threshold
            )
            connection.execute(
                "CREATE TABLE fuzzy AS SELECT unique_id::BIGINT AS id, cluster_id::VARCHAR AS value "
                f"FROM {found.physical_name}"
            )
        except Exception as error:  # whatever Splink and its database say of settings that are not ours
            names = ", ".join(f"`{each.field.name}`" for each in layout.fields if _is_shown(each))
            raise UnusableFile(
                f"Splink can't link these records with `{settings}`; it may compare {names} ({_said(error)})"
            ) from None
    return Ties("Splink", "SELECT id, value FROM fuzzy", most_linked)


def _settings(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_SETTINGS + 1)
        model = json.loads(data.decode("utf-8-sig")) if len(data) <= LARGEST_SETTINGS else None
    except FileNotFoundError:
        raise UnusableFile(f"there is no file `{path}`") from None
    except (OSError, ValueError, RecursionError):
        raise UnusableFile(f"`{path}` is not JSON; {SAVED_BY}") from None
    if not isinstance(model, dict):
        raise UnusableFile(f"`{path}` holds no settings of Splink; {SAVED_BY}")
    for name, wanted in WANTED.items():
        if model.get(name) in (None, "", []):
            raise UnusableFile(f"`{path}` says no `{name}`, {wanted}; {SAVED_BY}")
    own = {"unique_id_column_name": "unique_id", "source_dataset_column_name": "source_dataset"}
    return model | own | {"additional_columns_to_retain": [], "retain_matching_columns": False}


def _tables(connection: Any, layout: Layout, model: Mapping[str, Any]) -> list[str]:
    """A table of all records where Splink looks for duplicates among all of them; else one for each channel."""
    columns = ["id AS unique_id", *(_shown(layout, each) for each in layout.fields if _is_shown(each))]
    selected = f"SELECT {', '.join(columns)} FROM records"
    if model.get("link_type") == "dedupe_only" or len(layout.channels) == 1:
        connection.execute(f"CREATE TABLE fuzzy_all AS {selected}")
        return ["fuzzy_all"]
    names = []
    for at in range(len(layout.channels)):
        connection.execute(f"CREATE TABLE fuzzy_{at:d} AS {selected} WHERE channel = {at:d}")
        names.append(f"fuzzy_{at:d}")
    return names


def _is_shown(each: Kept) -> bool:
    return not isinstance(each.field.type, SetOf)


def _shown(layout: Layout, each: Kept) -> str:
    """A field as its own kind of value under its own name, which is a name of letters, digits and `_`."""
    key, (column,) = layout.key_of(each.field), each.columns
    match each.field.type:
        case _ if key is not None:
            said = key.normal
        case Money():
            said = f"({column} / 100.0)"
        case Percent():
            said = f"({column} / 10000.0)"
        case Date():
            said = f"(DATE '1970-01-01' + {column}::INTEGER)"
        case Scale(labels) | Choice(labels):
            said = f"[{', '.join(_literal(label) for label in labels)}][{column} + 1]"
        case _:
            said = column
    return f'{said} AS "{each.field.name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _quietly() -> Iterator[None]:
    """What Splink and its libraries print is about their internals; it says nothing of the customers."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _said(error: Exception) -> str:
    """What the database says of the model's SQL, else the beginning of what Splink says."""
    said = re.search(r"\b\w+ Error: [^\n]+", str(error))
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (said[0] if said else lines[0] if lines else type(error).__name__)[:LONGEST_SAID]
