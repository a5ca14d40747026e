"""TC36: what the codes of levels (COD_LIV_GERARCHICO) mean. The context table may lie beside the others."""

from collections.abc import Mapping

from importers.puc.tables import PucTable

_PARTS, _AXIS = 7, 3
"""COD_PROGRAMMA#PROGRAMMA#TIPO_REGIONE#ASSE#OT#PI#OS"""


def axes(table: PucTable | None) -> Mapping[str, str]:
    """The code of the axis per code of a level; empty without the table. What is not in it stands for itself."""
    if table is None:
        return {}
    code, said = table.names.index("cod_liv_gerarchico"), table.names.index("valore_dati_rilevati")
    found = {}
    for _, cells in table.rows():
        if len(cells) == len(table.names) and len(parts := cells[said].split("#")) == _PARTS:
            found[cells[code]] = parts[_AXIS].strip()
    return {level: axis for level, axis in found.items() if axis}
