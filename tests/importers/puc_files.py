"""Made-up tables of PUC and SIGMA, obviously artificial, and slow answers about them by plain loops.

Real rows of these tables hold personal data and are not public. Nothing here knows the importer: the order of the columns is
that of the protocol and, for SIGMA, of its upload files.

A package is a dict of rows by table; a row is a dict of texts by column. Columns left out are empty.
"""

import csv
import io
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
Package = dict[str, list[Row]]

PUC = {
    "PA00": "COD_PROC_ATT COD_PROC_ATT_LOCALE COD_AIUTO_RNA TIP_PROCEDURA_ATT FLAG_AIUTI DESCR_PROCEDURA_ATT "
    "COD_TIPO_RESP_PROC DENOM_RESP_PROC DATA_AVVIO_PROCEDURA DATA_FINE_PROCEDURA FLG_CANCELLAZIONE",
    "AP00": "COD_LOCALE_PROGETTO TITOLO_PROGETTO SINTESI_PRG TIPO_OPERAZIONE CUP TIPO_AIUTO DATA_INIZIO DATA_FINE_PREVISTA "
    "DATA_FINE_EFFETTIVA TIP_PROC_ATT_ORIG CODICE_PROC_ATT_ORIG FLG_CANCELLAZIONE",
    "AP01": "COD_LOCALE_PROGETTO COD_PROC_ATT FLG_CANCELLAZIONE",
    "AP04": "COD_LOCALE_PROGETTO COD_PROGRAMMA STATO SPECIFICA_STATO",
    "AP06": "COD_LOCALE_PROGETTO COD_REGIONE COD_PROVINCIA COD_COMUNE INDIRIZZO COD_CAP FLG_CANCELLAZIONE",
    "SC00": "COD_LOCALE_PROGETTO COD_RUOLO_SOG CODICE_FISCALE FLAG_SOGGETTO_PUBBLICO COD_UNI_IPA DENOMINAZIONE_SOG "
    "FORMA_GIURIDICA SETT_ATT_ECONOMICA NOTE FLG_CANCELLAZIONE",
    "FN01": "COD_LOCALE_PROGETTO COD_PROGRAMMA COD_LIV_GERARCHICO IMPORTO_AMMESSO FLG_CANCELLAZIONE",
    "FN04": "COD_LOCALE_PROGETTO COD_IMPEGNO TIPOLOGIA_IMPEGNO DATA_IMPEGNO IMPORTO_IMPEGNO CAUSALE_DISIMPEGNO NOTE_IMPEGNO "
    "FLG_CANCELLAZIONE",
    "FN05": "COD_LOCALE_PROGETTO COD_IMPEGNO TIPOLOGIA_IMPEGNO DATA_IMPEGNO COD_PROGRAMMA COD_LIV_GERARCHICO DATA_IMP_AMM "
    "TIPOLOGIA_IMP_AMM CAUSALE_DISIMPEGNO_AMM IMPORTO_IMP_AMM NOTE_IMP FLG_CANCELLAZIONE",
    "FN06": "COD_LOCALE_PROGETTO COD_PAGAMENTO TIPOLOGIA_PAG DATA_PAGAMENTO IMPORTO_PAG CAUSALE_PAGAMENTO NOTE_PAG "
    "FLG_CANCELLAZIONE",
    "FN07": "COD_LOCALE_PROGETTO COD_PAGAMENTO TIPOLOGIA_PAG DATA_PAGAMENTO COD_PROGRAMMA COD_LIV_GERARCHICO DATA_PAG_AMM "
    "TIPOLOGIA_PAG_AMM CAUSALE_PAGAMENTO IMPORTO_PAG_AMM NOTE_PAG FLG_CANCELLAZIONE",
    "FN09": "COD_LOCALE_PROGETTO DATA_DOMANDA ID_DOMANDA_PAGAMENTO TIPOLOGIA_IMPORTO COD_LIV_GERARCHICO IMPORTO_SPESA_TOT "
    "IMPORTO_SPESA_PUB FLG_CANCELLAZIONE",
    "IN01": "COD_LOCALE_PROGETTO TIPO COD_INDICATORE VAL_PROGRAMMATO VALORE_REALIZZATO FLG_CANCELLAZIONE",
    "PR01": "COD_LOCALE_PROGETTO STATO_PROGETTO DATA_RIFERIMENTO FLG_CANCELLAZIONE",
    "FO00": "COD_LOCALE_PROGETTO COD_CORSO INDICE_ANNUALITA NUMERO_ANNUALITA TITOLO_CORSO COD_MODALITA_FORMATIVA "
    "COD_CONTENUTO_FORMATIVO DATA_AVVIO DATA_CONCLUSIONE COD_CRITERI_SELEZIONE ESAME_FINALE COD_ATTESTAZIONE_FINALE "
    "COD_QUALIFICA STAGE_TIROCINI DURATA_AULA DURATA_WE DURATA_LABORATORIO DOCENTI_TUTOR FLAG_VOUCHER FLG_CANCELLAZIONE",
    "SC01": "COD_LOCALE_PROGETTO CODICE_CORSO CODICE_FISCALE SESSO DATA_NASCITA COD_ISTAT_RES COD_ISTAT_DOM CITTADINANZA "
    "TITOLO_STUDIO COND_MERCATO_INGRESSO DURATA_RICERCA CODICE_VULNERABILE_PA STATO_PARTECIPANTE DATA_USCITA TIPO_LAVORO "
    "FLG_CANCELLAZIONE",
}
SIGMA = PUC | {
    "AP00": "COD_LOCALE_PROGETTO TITOLO_PROGETTO SINTESI_PRG COD_MISURA TIPO_OPERAZIONE CUP TIPO_AIUTO DATA_INIZIO "
    "DATA_FINE_PREVISTA DATA_FINE_EFFETTIVA COD_PROC_ATT_LOCALE NOTE_PROGETTO FLG_CANCELLAZIONE",
    "SC00": f"COD_ENTE_EROGATORE {PUC['SC00']}",
    "FN06": "COD_LOCALE_PROGETTO COD_PAGAMENTO TIPOLOGIA_PAG DATA_PAGAMENTO COD_LOCALE_DDR DATA_COMPETENZA_DAL "
    "DATA_COMPETENZA_AL IMPORTO_PAG CAUSALE_PAGAMENTO NOTE_PAG FLG_CANCELLAZIONE",
}
IN_HEADER = {name: name.replace("_", " ") for name in ("DATA_INIZIO", "DATA_FINE_PREVISTA", "DATA_FINE_EFFETTIVA")}
"""SIGMA's headers write these names with blanks."""

A, B = "2014IT05SFOP001", "2014IT16M2OP004"
"""Programmes."""

# --- writing ----------------------------------------------------------------------------------------------------


def cells(row: Row, columns: str) -> list[str]:
    unknown = set(row) - set(columns.split())
    assert not unknown, unknown
    return [row.get(name, "") for name in columns.split()]


def as_txt(rows: Iterable[Row], columns: str) -> str:
    """`|`, no header, nothing quoted."""
    return "".join("|".join(cells(row, columns)) + "\r\n" for row in rows)


def as_csv(rows: Iterable[Row], columns: str) -> str:
    """`;`, header, one more column at the end, nothing quoted: as bcp writes it."""
    header = ";".join([*(IN_HEADER.get(name, name) for name in columns.split()), "idgenerazione"])
    return header + "\r\n" + "".join(";".join([*cells(row, columns), "17"]) + "\r\n" for row in rows)


def files(package: Package, dialect: str = "txt", layout: Mapping[str, str] = PUC, name: str = "{code}") -> dict[str, str]:
    """The text of each file of a package."""
    write = as_txt if dialect == "txt" else as_csv
    return {f"{name.format(code=code)}.{dialect}": write(rows, layout[code]) for code, rows in package.items()}


def folder(path: Path, texts: Mapping[str, str]) -> Path:
    path.mkdir(parents=True)
    for name, text in texts.items():
        (path / name).write_bytes(text.encode())
    return path


def zipped(path: Path, texts: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(f"invio/{name}", text)
    return path


def shuffled(package: Package, seed: int) -> Package:
    """The same rows, tables and lines in another order."""
    mixer = random.Random(seed)
    tables = list(package.items())
    mixer.shuffle(tables)
    return {code: mixer.sample(rows, len(rows)) for code, rows in tables}


# --- rows -------------------------------------------------------------------------------------------------------


def project(code: str, *programmes: str, **more: str) -> Package:
    """A project with its programmes, all active."""
    head = {"COD_LOCALE_PROGETTO": code, "TITOLO_PROGETTO": f"Progetto inventato {code}", **more}
    links = [{"COD_LOCALE_PROGETTO": code, "COD_PROGRAMMA": programme, "STATO": "1"} for programme in programmes or (A,)]
    return {"AP00": [head], "AP04": links}


def admitted(code: str, amount: str, programme: str = A, level: str = "1", **more: str) -> Package:
    return {"FN01": [{"COD_LOCALE_PROGETTO": code, "COD_PROGRAMMA": programme, "COD_LIV_GERARCHICO": level,
                      "IMPORTO_AMMESSO": amount, **more}]}  # fmt: skip


def committed(code: str, number: str, amount: str, kind: str = "I", day: str = "01/02/2017", **more: str) -> Package:
    return {"FN04": [{"COD_LOCALE_PROGETTO": code, "COD_IMPEGNO": number, "TIPOLOGIA_IMPEGNO": kind, "DATA_IMPEGNO": day,
                      "IMPORTO_IMPEGNO": amount, **more}]}  # fmt: skip


def committed_admitted(code: str, number: str, amount: str, programme: str = A, kind: str = "I", **more: str) -> Package:
    row = {"COD_LOCALE_PROGETTO": code, "COD_IMPEGNO": number, "TIPOLOGIA_IMPEGNO": kind, "DATA_IMPEGNO": "03/04/2018",
           "COD_PROGRAMMA": programme, "COD_LIV_GERARCHICO": "1", "DATA_IMP_AMM": "05/04/2018", "TIPOLOGIA_IMP_AMM": kind,
           "IMPORTO_IMP_AMM": amount, **more}  # fmt: skip
    return {"FN05": [row]}


def paid(code: str, number: str, amount: str, kind: str = "P", **more: str) -> Package:
    return {"FN06": [{"COD_LOCALE_PROGETTO": code, "COD_PAGAMENTO": number, "TIPOLOGIA_PAG": kind,
                      "DATA_PAGAMENTO": "06/07/2018", "IMPORTO_PAG": amount, **more}]}  # fmt: skip


def reported(code: str, number: str, amount: str, programme: str = A, kind: str = "P", **more: str) -> Package:
    row = {"COD_LOCALE_PROGETTO": code, "COD_PAGAMENTO": number, "TIPOLOGIA_PAG": kind, "DATA_PAGAMENTO": "06/07/2018",
           "COD_PROGRAMMA": programme, "COD_LIV_GERARCHICO": "1", "DATA_PAG_AMM": "08/07/2018", "TIPOLOGIA_PAG_AMM": kind,
           "IMPORTO_PAG_AMM": amount, **more}  # fmt: skip
    return {"FN07": [row]}


def certified(code: str, number: str, amount: str, kind: str = "C", **more: str) -> Package:
    row = {"COD_LOCALE_PROGETTO": code, "DATA_DOMANDA": "31/12/2018", "ID_DOMANDA_PAGAMENTO": number,
           "TIPOLOGIA_IMPORTO": kind, "COD_LIV_GERARCHICO": "1", "IMPORTO_SPESA_TOT": amount, **more}  # fmt: skip
    return {"FN09": [row]}


def subject(code: str, fiscal: str, name: str, role: str = "2", **more: str) -> Package:
    return {"SC00": [{"COD_LOCALE_PROGETTO": code, "COD_RUOLO_SOG": role, "CODICE_FISCALE": fiscal,
                      "DENOMINAZIONE_SOG": name, **more}]}  # fmt: skip


def state(code: str, number: str, day: str, **more: str) -> Package:
    return {"PR01": [{"COD_LOCALE_PROGETTO": code, "STATO_PROGETTO": number, "DATA_RIFERIMENTO": day, **more}]}


def place(code: str, region: str, **more: str) -> Package:
    row = {"COD_LOCALE_PROGETTO": code, "COD_REGIONE": region, "COD_PROVINCIA": "001", "COD_COMUNE": "002", **more}
    return {"AP06": [row]}


def course(code: str, number: str, index: str = "1", title: str = "Corso inventato", **more: str) -> Package:
    return {"FO00": [{"COD_LOCALE_PROGETTO": code, "COD_CORSO": number, "INDICE_ANNUALITA": index, "NUMERO_ANNUALITA": "3",
                      "TITOLO_CORSO": title, **more}]}  # fmt: skip


def participant(code: str, number: str, fiscal: str, sex: str = "F", standing: str = "1", **more: str) -> Package:
    return {"SC01": [{"COD_LOCALE_PROGETTO": code, "CODICE_CORSO": number, "CODICE_FISCALE": fiscal, "SESSO": sex,
                      "DATA_NASCITA": "29/02/1972", "STATO_PARTECIPANTE": standing, **more}]}  # fmt: skip


def together(*parts: Package) -> Package:
    """The rows of several packages, in their order."""
    whole: Package = {}
    for part in parts:
        for code, rows in part.items():
            whole.setdefault(code, []).extend(rows)
    return whole


# --- slow answers -----------------------------------------------------------------------------------------------

STAGES = {
    "FN01": "admitted",
    "FN04": "committed",
    "FN05": "committed",
    "FN06": "paid",
    "FN07": "reported",
    "FN09": "certified",
}
AMOUNTS = {"FN01": "IMPORTO_AMMESSO", "FN04": "IMPORTO_IMPEGNO", "FN05": "IMPORTO_IMP_AMM", "FN06": "IMPORTO_PAG",
           "FN07": "IMPORTO_PAG_AMM", "FN09": "IMPORTO_SPESA_TOT"}  # fmt: skip
KINDS = {"FN04": "TIPOLOGIA_IMPEGNO", "FN05": "TIPOLOGIA_IMP_AMM", "FN06": "TIPOLOGIA_PAG", "FN07": "TIPOLOGIA_PAG_AMM",
         "FN09": "TIPOLOGIA_IMPORTO"}  # fmt: skip
KEYS = {"FN01": "COD_PROGRAMMA COD_LIV_GERARCHICO", "FN04": "COD_IMPEGNO TIPOLOGIA_IMPEGNO DATA_IMPEGNO",
        "FN05": "COD_IMPEGNO TIPOLOGIA_IMPEGNO DATA_IMPEGNO COD_PROGRAMMA COD_LIV_GERARCHICO DATA_IMP_AMM TIPOLOGIA_IMP_AMM",
        "FN06": "COD_PAGAMENTO TIPOLOGIA_PAG DATA_PAGAMENTO",
        "FN07": "COD_PAGAMENTO TIPOLOGIA_PAG DATA_PAGAMENTO COD_PROGRAMMA COD_LIV_GERARCHICO DATA_PAG_AMM TIPOLOGIA_PAG_AMM",
        "FN09": "DATA_DOMANDA ID_DOMANDA_PAGAMENTO TIPOLOGIA_IMPORTO COD_LIV_GERARCHICO"}  # fmt: skip


def signed(code: str, row: Row) -> int:
    """Cents of a row of amounts, with the sign that its letter gives."""
    cents = int(Decimal(row[AMOUNTS[code]].replace(",", ".")) * 100)
    kind = row[KINDS[code]] if code in KINDS else "I"
    return -abs(cents) if kind in ("D", "D-TR", "R", "R-TR") else cents


def positions(package: Package) -> dict[tuple[str, str], dict[str, int]]:
    """Cents by stage of each project in each of its programmes; of packages whose rows are all well formed."""
    gone = {row["COD_LOCALE_PROGETTO"] for row in package["AP00"] if row.get("FLG_CANCELLAZIONE") == "S"}
    heads = {row["COD_LOCALE_PROGETTO"] for row in package["AP00"]} - gone
    linked: dict[str, list[str]] = defaultdict(list)
    for row in package["AP04"]:
        if row["STATO"] == "1":
            linked[row["COD_LOCALE_PROGETTO"]].append(row["COD_PROGRAMMA"])
    found: dict[tuple[str, str], dict[str, int]] = {}
    for code in heads:
        programmes = sorted(linked[code])
        kept = {table: _kept(table, package, code) for table in STAGES}
        for programme in programmes:
            sums: dict[str, int] = {}
            for table, stage in STAGES.items():
                divided = table in ("FN01", "FN05", "FN07")
                if (table == "FN04" and kept["FN05"]) or (not divided and programme != programmes[0]):
                    continue
                for row in kept[table]:
                    if not divided or row["COD_PROGRAMMA"] == programme:
                        sums[stage] = sums.get(stage, 0) + signed(table, row)
            found[code, programme] = sums
    return found


def _kept(table: str, package: Package, code: str) -> list[Row]:
    mine = [row for row in package.get(table, []) if row["COD_LOCALE_PROGETTO"] == code]
    names = KEYS[table].split()
    gone = [[row.get(n, "") for n in names] for row in mine if row.get("FLG_CANCELLAZIONE") == "S"]
    return [row for row in mine if [row.get(n, "") for n in names] not in gone]


def lines(package: Package) -> int:
    return sum(len(rows) for rows in package.values())


def persons(package: Package, code: str, number: str) -> set[str]:
    """The participants of a course who were not cancelled."""
    mine = [r for r in package["SC01"] if (r["COD_LOCALE_PROGETTO"], r["CODICE_CORSO"]) == (code, number)]
    gone = {r["CODICE_FISCALE"] for r in mine if r.get("FLG_CANCELLAZIONE") == "S"}
    return {r["CODICE_FISCALE"] for r in mine} - gone


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))
