"""The data sets that formats know as their own: the sources of what is read from them unless the person names another."""

from data_model.records import SourceRecord
from importers.reading import Context

_COMMISSION = ("Commissione europea, DG REGIO", "Decisione 2011/833/UE sul riuso (di regola CC BY 4.0)")
_OPENCOESIONE = (
    "OpenCoesione, Presidenza del Consiglio dei ministri, Dipartimento per le politiche di coesione",
    "CC BY 4.0",
)
_OPENCOESIONE_URL = "https://opencoesione.gov.it/it/opendata/"


def _commission(code: str, title: str, covers: str) -> SourceRecord:
    publisher, licence = _COMMISSION
    url = f"https://cohesiondata.ec.europa.eu/d/{code}"
    return SourceRecord(code, f"{title} ({code})", publisher, None, url, covers, licence, overwrite=False)


def _opencoesione(code: str, title: str, covers: str) -> SourceRecord:
    publisher, licence = _OPENCOESIONE
    return SourceRecord(code, title, publisher, None, _OPENCOESIONE_URL, covers, licence, overwrite=False)


FINANCE = _commission(
    "99js-gm52",
    "ESIF 2014-2020 Finance Implementation Details",
    "Dotazione, costo delle operazioni selezionate e spesa dichiarata, per asse, obiettivo tematico e categoria di regione",
)
INDICATORS = _commission(
    "aesb-873i",
    "ESIF 2014-2020 Achievement Details",
    "Indicatori comuni, per asse, priorità di investimento e categoria di regione",
)
PLANNED = _commission(
    "e4v6-qrrq",
    "ESIF 2014-2020 Finances Planned Details",
    "Piani finanziari dei programmi, per asse, obiettivo tematico e categoria di regione",
)
PAYMENTS = _commission(
    "gayr-92qh",
    "ESIF 2014-2020 EU payments",
    "Dotazione UE e pagamenti UE cumulati, per programma, fondo, categoria di regione e anno",
)
PROJECTS = _opencoesione(
    "opencoesione_progetti",
    "OpenCoesione, progetti",
    "Progetti dei programmi con impegni e pagamenti, alla data di aggiornamento di ogni riga",
)
PLACES = _opencoesione(
    "opencoesione_localizzazioni",
    "OpenCoesione, localizzazioni dei progetti",
    "Luoghi di ogni progetto: regione, provincia, comune, indirizzo; nessuna quota di spesa per luogo",
)
ALLOCATIONS = _opencoesione(
    "opencoesione_dotazioni",
    "OpenCoesione, dotazioni dei programmi 2014-2020",
    "Dotazione totale e quota UE, per programma, fondo, categoria di regione e data",
)
CERTIFIED = _opencoesione(
    "opencoesione_certificazioni",
    "OpenCoesione, dotazioni, spesa certificata e obiettivi dei programmi 2007-2013",
    "Dotazione, spesa certificata, obiettivi e risultati in percentuale, per programma e data",
)
NATIONAL = _opencoesione(
    "opencoesione_spesa_certificata",
    "OpenCoesione, serie nazionale della spesa certificata 2007-2013",
    "Dotazione, pagamenti ammessi, spesa certificata in percentuale: tutti i programmi insieme, mese per mese",
)


def own_source(context: Context, data_set: SourceRecord) -> tuple[str, tuple[SourceRecord, ...]]:
    """(id of the source, what makes it known): the source that the person names, else the format's own data set."""
    if context.source is not None:
        return context.source, ()
    return data_set.id, (data_set,)
