"""The tables of sittings and of the slides of one."""

from collections.abc import Mapping, Sequence

from data_model.sittings import Listed
from data_model.slides import Kept
from shell.here import Here
from shell.show import Table
from shell.slides import Shown
from shell.tables.cells import columns, moment


def sittings(h: Here, listed: Sequence[Listed], language: str) -> Table:
    """One row per sitting in a language: code, name, day, place, programme, the data that it is frozen on."""
    rows = [
        (
            one.code,
            one.name,
            h.w.day(one.day),
            one.place or h.w.missing,
            one.programme,
            h.w("sitting.on_version", when=moment(h, one.frozen_at), version=one.data_version),
        )
        for one in listed
        if one.language == language
    ]
    heads = [h.w(f"sitting.head_{name}") for name in ("code", "name", "day", "place", "programme", "data")]
    return Table(columns(rows, heads), quoted=(2, 4), language=language, wide_names=False)


def numbers(slides: Sequence[Kept]) -> dict[str, int | None]:
    """The number that each slide has on the screen, by its code; None of those that are hidden."""
    seen = [slide.code for slide in slides if not slide.hidden]
    return {slide.code: seen.index(slide.code) + 1 if slide.code in seen else None for slide in slides}


def slides(h: Here, one: Listed, shown: Sequence[Shown], numbers: Mapping[str, int | None]) -> Table:
    """One row per slide: its number, the finding, the page that it is of; title and section where any has one of its own."""
    cells = {
        "number": [str(numbers[each.kept.code] or h.w("sitting.slide_hidden")) for each in shown],
        "finding": [each.finding for each in shown],
        "page": [_page(h, each.kept) for each in shown],
        "title": [each.kept.said.title for each in shown],
        "section": [each.kept.said.section for each in shown],
    }
    own = [name for name in ("title", "section") if any(cells[name])]
    heads = {name: h.w(f"sitting.slide_head_{name}") for name in ("number", "finding", "page", *own)}
    return Table(
        {head: [cell or "–" for cell in cells[name]] for name, head in heads.items()},
        quoted=tuple(range(4, 4 + len(own))),
        sentences=(2,),
        language=one.language,
        wide_names=False,
        folded=False,
    )


def _page(h: Here, slide: Kept) -> str:
    page = slide.view.page
    return h.w(f"{page}.title") if h.w.has(f"{page}.title") else page
