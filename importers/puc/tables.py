"""The tables of PUC 2014-2020 and SIGMA: their columns, how one is told from its file, and its rows as they stand.

A table is known by its code in the name of the file (`FN04.txt`, `…_FN04.csv`) and by its shape: `|` and no header with the
columns below, or a header with their names. The field order of PUC is that of the open-source system of Emilia-Romagna that
writes these files (rer.sfinge2020), that of SIGMA the one in which a beneficiary's system writes its upload files. Neither
quotes its texts; a file whose header is quoted is read with quotes.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from data_model.records import Notes
from importers.opening import Member, Package
from importers.reading import HEAD, MAX_LINE, UnreadableFile, checked_names, normalise

Columns = tuple[str, ...]


def _words(names: str) -> Columns:
    return tuple(names.split())


LAYOUTS: Mapping[str, tuple[Columns, ...]] = {
    "PA00": (
        _words(
            "cod_proc_att cod_proc_att_locale cod_aiuto_rna tip_procedura_att flag_aiuti descr_procedura_att "
            "cod_tipo_resp_proc denom_resp_proc data_avvio_procedura data_fine_procedura flg_cancellazione"
        ),
    ),
    "AP00": (
        _words(
            "cod_locale_progetto titolo_progetto sintesi_prg tipo_operazione cup tipo_aiuto data_inizio data_fine_prevista "
            "data_fine_effettiva tip_proc_att_orig codice_proc_att_orig flg_cancellazione"
        ),
        _words(
            "cod_locale_progetto titolo_progetto sintesi_prg cod_misura tipo_operazione cup tipo_aiuto data_inizio "
            "data_fine_prevista data_fine_effettiva cod_proc_att_locale note_progetto flg_cancellazione"
        ),
    ),
    "AP01": (_words("cod_locale_progetto cod_proc_att flg_cancellazione"),),
    "AP04": (_words("cod_locale_progetto cod_programma stato specifica_stato"),),
    "AP06": (_words("cod_locale_progetto cod_regione cod_provincia cod_comune indirizzo cod_cap flg_cancellazione"),),
    "SC00": (
        _words(
            "cod_locale_progetto cod_ruolo_sog codice_fiscale flag_soggetto_pubblico cod_uni_ipa denominazione_sog "
            "forma_giuridica sett_att_economica note flg_cancellazione"
        ),
        _words(
            "cod_ente_erogatore cod_locale_progetto cod_ruolo_sog codice_fiscale flag_soggetto_pubblico cod_uni_ipa "
            "denominazione_sog forma_giuridica sett_att_economica note flg_cancellazione"
        ),
    ),
    "FN01": (_words("cod_locale_progetto cod_programma cod_liv_gerarchico importo_ammesso flg_cancellazione"),),
    "FN04": (
        _words(
            "cod_locale_progetto cod_impegno tipologia_impegno data_impegno importo_impegno causale_disimpegno "
            "note_impegno flg_cancellazione"
        ),
    ),
    "FN05": (
        _words(
            "cod_locale_progetto cod_impegno tipologia_impegno data_impegno cod_programma cod_liv_gerarchico data_imp_amm "
            "tipologia_imp_amm causale_disimpegno_amm importo_imp_amm note_imp flg_cancellazione"
        ),
    ),
    "FN06": (
        _words(
            "cod_locale_progetto cod_pagamento tipologia_pag data_pagamento importo_pag causale_pagamento note_pag "
            "flg_cancellazione"
        ),
        _words(
            "cod_locale_progetto cod_pagamento tipologia_pag data_pagamento cod_locale_ddr data_competenza_dal "
            "data_competenza_al importo_pag causale_pagamento note_pag flg_cancellazione"
        ),
    ),
    "FN07": (
        _words(
            "cod_locale_progetto cod_pagamento tipologia_pag data_pagamento cod_programma cod_liv_gerarchico data_pag_amm "
            "tipologia_pag_amm causale_pagamento importo_pag_amm note_pag flg_cancellazione"
        ),
    ),
    "FN09": (
        _words(
            "cod_locale_progetto data_domanda id_domanda_pagamento tipologia_importo cod_liv_gerarchico importo_spesa_tot "
            "importo_spesa_pub flg_cancellazione"
        ),
    ),
    "IN01": (_words("cod_locale_progetto tipo cod_indicatore val_programmato valore_realizzato flg_cancellazione"),),
    "PR01": (_words("cod_locale_progetto stato_progetto data_riferimento flg_cancellazione"),),
    "FO00": (
        _words(
            "cod_locale_progetto cod_corso indice_annualita numero_annualita titolo_corso cod_modalita_formativa "
            "cod_contenuto_formativo data_avvio data_conclusione cod_criteri_selezione esame_finale "
            "cod_attestazione_finale cod_qualifica stage_tirocini durata_aula durata_we durata_laboratorio docenti_tutor "
            "flag_voucher flg_cancellazione"
        ),
    ),
    "TC36": (_words("cod_liv_gerarchico valore_dati_rilevati"),),
    "SC01": (
        _words(
            "cod_locale_progetto codice_corso codice_fiscale sesso data_nascita cod_istat_res cod_istat_dom cittadinanza "
            "titolo_studio cond_mercato_ingresso durata_ricerca codice_vulnerabile_pa stato_partecipante data_uscita "
            "tipo_lavoro flg_cancellazione"
        ),
    ),
}
"""The columns of each table that is read, as PUC has them and, where they differ, as SIGMA has them."""

NOT_READ = frozenset(
    _words("PA01 AP02 AP03 AP05 PG00 TR00 FN00 FN02 FN03 FN08 FN10 IN00 PR00 SD01 SD02 SD03 SD04 SD05 SD06")
)
"""Tables of the protocol from which nothing is taken: IN00 only names result indicators, FN08 names persons."""

PERSONAL = frozenset(("SC00", "SC01"))
"""Tables of persons: no value of theirs is kept where a row is refused."""

_MAY_BE_ABSENT = frozenset(
    _words(
        "sintesi_prg cod_misura tipo_operazione tipo_aiuto tip_proc_att_orig codice_proc_att_orig cod_proc_att_locale "
        "note_progetto cod_aiuto_rna tip_procedura_att flag_aiuti cod_tipo_resp_proc denom_resp_proc "
        "data_avvio_procedura data_fine_procedura specifica_stato indirizzo cod_cap cod_ente_erogatore "
        "flag_soggetto_pubblico cod_uni_ipa forma_giuridica sett_att_economica note causale_disimpegno note_impegno "
        "causale_disimpegno_amm note_imp causale_pagamento note_pag cod_locale_ddr data_competenza_dal "
        "data_competenza_al importo_spesa_pub cod_modalita_formativa cod_contenuto_formativo data_avvio "
        "data_conclusione cod_criteri_selezione esame_finale cod_attestazione_finale cod_qualifica stage_tirocini "
        "durata_aula durata_we durata_laboratorio docenti_tutor flag_voucher flg_cancellazione data_nascita "
        "cod_istat_res cod_istat_dom cittadinanza titolo_studio cond_mercato_ingresso durata_ricerca "
        "codice_vulnerabile_pa data_uscita tipo_lavoro numero_annualita data_pag_amm data_imp_amm"
    )
)
"""Columns that a table with a header may lack: nothing is read from them that another could not give."""

_SYNONYMS = {"tipo_indicatore_di_output": "tipo", "tipo_indicatore": "tipo"}

_FIRST = frozenset(("cod_locale_progetto", "cod_proc_att", "cod_ente_erogatore", "cod_liv_gerarchico"))
"""A row that has one of these names among its cells is a header."""

_SIGMA = re.compile(r".+_(\d{2})(\d{2})(\d{4})_[A-Za-z]{2}\d{2}\.(?:txt|csv)", re.IGNORECASE)
_LOOKED_AT = 50


@dataclass(frozen=True)
class PucTable:
    """One table: its columns in the order of the file, and how the file is written. `header` is empty where it has none."""

    code: str
    member: Member
    delimiter: str
    quoted: bool
    header: Columns
    names: Columns

    @property
    def personal(self) -> bool:
        """Whether its rows are about persons."""
        return self.code in PERSONAL

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row, blank lines left out; the cells may be too few or too many."""
        with self.member.open() as stream:
            text = io.TextIOWrapper(stream, encoding=self.member.encoding, newline="" if self.quoted else "\n")
            try:
                yield from self._quoted(text) if self.quoted else self._plain(text)
            finally:
                text.detach()

    def _plain(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        skipped = 1 if self.header else 0
        for number, line in enumerate(_lines(text), start=1):
            if number > skipped and (bare := line.rstrip("\r\n")).strip():
                cells = bare.split(self.delimiter)
                if len(cells) > len(self.names) and '"' in bare and self.header:
                    cells = _unquoted(bare, self.delimiter, cells)  # a mended table quotes the texts that need it
                yield number, [cell.strip() for cell in cells]

    def _quoted(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        reader, line = csv.reader(_lines(text), delimiter=self.delimiter, strict=True), 1
        try:
            next(reader)
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield line, [cell.strip() for cell in cells]
                line = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile("broken_quoting", f"{self.member.name}:{line}") from error


def _lines(text: TextIO) -> Iterator[str]:
    """The lines of a text. Raises UnreadableFile at one that would fill the memory."""
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] != "\n":
            raise UnreadableFile("huge_field")
        yield line


def tables_of(package: Package, notes: Notes) -> dict[str, PucTable] | None:
    """The tables of a package by code, or None where none of its files is one. Raises UnreadableFile.

    Where a table is there as .txt and as .csv, the .txt is read: the export of the .csv drops repeated rows, and a `;` in a
    text breaks its columns.
    """
    if package.kind not in ("text", "zip", "folder"):
        return None
    coded = [(member, code_of(member.name)) for member in package.members]
    if all(code is None for _, code in coded):
        return None
    chosen, notices = _chosen(coded)
    found = {code: table for code, member in chosen.items() if (table := _table(code, member)) is not None}
    if not found:
        return None
    for code, member in chosen.items():
        if code not in found:
            notices.append(("tables_unknown", member.name))
    for notice, name in notices:
        notes.add(notice, name)
    return found


def code_of(name: str) -> str | None:
    """The code of a table in the name of its file, the last one if there are several; None if there is none."""
    stem, _, extension = name.rpartition(".")
    if extension.lower() not in ("txt", "csv"):
        return None
    parts = re.split(r"[^A-Z0-9]+", stem.upper())
    return next((part for part in reversed(parts) if part in LAYOUTS or part in NOT_READ), None)


def date_of(name: str) -> date | None:
    """The day on which SIGMA wrote a file, from its name; None where the name has none. Raises UnreadableFile."""
    if (found := _SIGMA.fullmatch(name)) is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _chosen(coded: Iterable[tuple[Member, str | None]]) -> tuple[dict[str, Member], list[tuple[str, str]]]:
    """The file to read of each table, and what is to be noticed about the others as (code of the notice, file)."""
    members: dict[str, dict[str, Member]] = {}
    notices: list[tuple[str, str]] = []
    for member, code in coded:
        if code is None:
            notices.append(("tables_unknown", member.name))
        elif code in NOT_READ:
            notices.append(("tables_not_read", member.name))
        else:
            kind = member.name.rpartition(".")[2].lower()
            if other := members.setdefault(code, {}).get(kind):
                raise UnreadableFile("same_table_twice", f"{other.name}, {member.name}")
            members[code][kind] = member
    for twins in members.values():
        if len(twins) > 1:
            notices.append(("twin_not_read", twins["csv"].name))
    return {code: twins.get("txt") or twins["csv"] for code, twins in members.items()}, notices


def _table(code: str, member: Member) -> PucTable | None:
    """The table in a file, or None where its content is of no such table. Raises UnreadableFile."""
    with member.open() as stream:
        head = stream.read(HEAD)
    lines = head.decode(member.encoding, errors="replace").split("\n")
    lines = [line.rstrip("\r") for line in (lines[:-1] if len(head) == HEAD else lines) if line.strip()][:_LOOKED_AT]
    if not lines:
        return PucTable(code, member, "|", False, (), LAYOUTS[code][0])  # a table without rows is one, too
    delimiter = max("|;\t", key=lines[0].count)
    quoted = lines[0].startswith('"')
    first = next(csv.reader([lines[0]], delimiter=delimiter)) if quoted else lines[0].split(delimiter)
    if _FIRST & {normalise(cell.strip("\ufeff")) for cell in first}:
        names = tuple(_SYNONYMS.get(name, name) for name in checked_names(tuple(first)))
        return _with_header(PucTable(code, member, delimiter, quoted, tuple(first), names))
    if delimiter != "|":
        return None
    widths = [line.count(delimiter) + 1 for line in lines]
    fitting = max(LAYOUTS[code], key=lambda columns: widths.count(len(columns)))
    return PucTable(code, member, delimiter, False, (), fitting) if len(fitting) in widths else None


def _unquoted(line: str, delimiter: str, cells: list[str]) -> list[str]:
    """The cells of a line some of which are quoted; those given where the quotes do not close."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return cells


def _with_header(table: PucTable) -> PucTable:
    needed = set(LAYOUTS[table.code][0]) - _MAY_BE_ABSENT
    if missing := needed - set(table.names):
        raise UnreadableFile("missing_columns", f"{table.member.name}: {', '.join(sorted(missing))}")
    return table
