"""What the first visitor would otherwise wait for: libraries, the default programme's frames, both languages' words."""

import altair  # noqa: F401  # imported at start rather than in the first run
import pandas  # noqa: F401  # as above

from charts import (  # noqa: F401
    activities,
    bullets,
    commitment_gaps,
    deadlines,
    funnel,
    gap_ages,
    participants,
    region_map,
    training,
    trend,
)
from shell import data
from shell.view import Reading
from texts import LANGUAGES, words


def warm_up() -> None:
    """Read what the overview of the best documented programme shows."""
    version = data.store().data_version()
    for language in LANGUAGES:
        words(language)
        data.translations(version, language)
    programmes = data.programmes(version)
    if not programmes:
        return
    programme = next(iter(programmes))
    series = data.series_of(version, programme)[0]
    view = Reading({}).view(LANGUAGES[0], programme, series, data.choices(version, programme, series))
    for level in ("programme", "axis"):
        data.positions(version, programme, series, view.as_of, level, view.scope)
        data.trend(version, programme, series, level, view.scope)
