"""What there is of sittings: read again when somebody did something, and kept until then. `acts` is the number of acts that
the trail of the store has (data_model.replica.State)."""

from collections.abc import Sequence

from data_model import sittings as store
from data_model import slides as of_slides
from data_model.sittings import Listed
from data_model.slides import Kept, Written
from shell import data
from shell.kept import kept


@kept
def listed(acts: int) -> Sequence[Listed]:
    """The sittings, the latest meeting first."""
    with data.store().reading() as session:
        return store.sittings(session)


@kept
def slides(acts: int, sitting: int) -> Sequence[Kept]:
    """The slides of a sitting in their order, also those that are left out."""
    with data.store().reading() as session:
        return of_slides.slides(session, sitting)


@kept
def minutes(acts: int, sitting: int) -> Sequence[Written]:
    """What was written down in a sitting, the oldest first."""
    with data.store().reading() as session:
        return of_slides.minutes(session, sitting)


@kept
def before(acts: int, one: Listed) -> tuple[Listed, Sequence[Kept]] | None:
    """The sitting that another was made from, with its slides; None where it was made from none."""
    with data.store().reading() as session:
        found = store.previous(session, one)
        return (found, of_slides.slides(session, found.id)) if found else None
