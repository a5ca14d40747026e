"""Decks made of what real pages draw from the sample."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from exports.deck import Chart, Deck, Minute, Slide, Source
from exports.pictures import Numbers
from tests.exports.drawn import drawn
from tests.oracles import PON

FROZEN = datetime(2019, 6, 20, 8, 30, tzinfo=UTC)
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("overview", {"as_of": "2018-12-31"}),
    ("commitment_gaps", {"as_of": "2018-12-31"}),
    ("commitment_gaps", {"programme": "PSCUMBRIA2021", "series": "oc"}),
    ("calls", {"series": "published"}),
    ("activities", {}),
    ("training", {}),
    ("participants", {}),
)


def kind_of(build: Any) -> str:
    """`bullets.bullets`: module and function of a builder."""
    return f"{build.__module__.rsplit('.', 1)[-1]}.{build.__name__}"


def slides(language: str) -> list[Slide]:
    """A slide for the first chart of each kind on each page, in sections by page."""
    found: list[Slide] = []
    seen: set[tuple[str, str]] = set()
    for page, query in PAGES:
        for build, words, picture in drawn(page, (("lang", language), *query.items())):
            kind = kind_of(build)
            if (page, kind) in seen:
                continue
            seen.add((page, kind))
            chart = Chart(kind, words, picture.spec, picture.rows)
            said = (f"s{len(found) + 1}", page, picture.title, picture.subtitle, picture.foot)
            alternative = f"{picture.title}. {picture.subtitle}"
            found.append(Slide(*said, alternative, chart, picture.numbers, note=f"Nota di {picture.title}"))
    return found


def deck(language: str, *more: Slide, **changes: Any) -> Deck:
    """The sitting of June 2019 with every chart of the pages."""
    made = Deck(
        code="cds-2019-06-20",
        name="Comitato di Sorveglianza, 20 giugno 2019, punto 7.a",
        programme=PON,
        programme_name="PON Inclusione 2014-2020",
        day=date(2019, 6, 20),
        place="Roma",
        language=language,
        data_version=12,
        frozen_at=FROZEN,
        slides=(*slides(language), *more),
        minutes=(
            Minute("decision", "Il Comitato prende atto.", FROZEN, "s1"),
            Minute("remark", "Chiarire la data dei dati.", FROZEN),
        ),
        sources=(Source("99js-gm52", "ESIF 2014-2020", "Commissione europea", date(2023, 1, 1), "https://example.org/a"),),
        definitions=(("Impegni", "Importi sotto convenzione."),),
    )
    return replace(made, **changes)


def only(language: str, *own: Slide) -> Deck:
    """A sitting of these slides alone."""
    return deck(language, slides=own)


def table_slide(rows: int, *texts: str, **changes: Any) -> Slide:
    """A slide with a table and no chart."""
    words = texts or ("Comune di Prova",)
    columns = {
        "Nome": [f"{words[n % len(words)]} {n}" for n in range(rows)],
        "Importo (€)": [f"{n}.000,00" for n in range(rows)],
    }
    made = Slide("t1", "Tabelle", "Una tabella", "Sotto", ("Fonte: noi",), "", None, Numbers(columns, (2,)))
    return replace(made, **changes)
