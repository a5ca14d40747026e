"""The columns of OpenCoesione's project record, under all the names that its releases gave them."""

from typing import NamedTuple


class Columns(NamedTuple):
    """The columns that are read, with what they say, in the order in which the importer takes them apart."""

    code: str = "cod_locale_progetto"
    title: str = "oc_titolo_progetto"
    programme: str = "oc_codice_programma"
    programme_name: str = "oc_descrizione_programma"
    axis: str = "oc_cod_articolaz_programma"
    axis_name: str = "oc_descr_articolaz_programma"
    source: str = "oc_cod_fonte"
    fund: str = "fondo_comunitario"
    cycle: str = "oc_descr_ciclo"
    call: str = "cod_proced_attivazione"
    call_name: str = "descr_proced_attivazione"
    beneficiary: str = "oc_codfisc_beneficiario"
    beneficiary_name: str = "oc_denom_beneficiario"
    region: str = "cod_regione"
    region_name: str = "den_regione"
    province_name: str = "den_provincia"
    town_name: str = "den_comune"
    cup: str = "cup"
    status: str = "oc_stato_progetto"
    theme: str = "oc_tema_sintetico"
    flag: str = "oc_flag_visualizzazione"
    as_of: str = "data_aggiornamento"
    started: str = "oc_data_inizio_progetto"
    planned_end: str = "oc_data_fine_progetto_prevista"
    ended: str = "oc_data_fine_progetto_effettiva"
    granted: str = "oc_finanz_tot_pub_netto"
    admitted: str = "costo_rendicontabile_ue"
    committed: str = "impegni"
    paid: str = "tot_pagamenti"
    reported: str = "oc_tot_pagamenti_rendicontab_ue"


READ = Columns()
MEASURES = ("granted", "admitted", "committed", "paid", "reported")
"""The measures, in the order of the last columns of `READ`."""

DATES = ("as_of", "started", "planned_end", "ended")
REQUIRED = frozenset((READ.code, READ.title))

_ROLES = ("beneficiario", "attuatore", "programmatore")
BENEFICIARIES = tuple((f"oc_codfisc_{role}", f"oc_denom_{role}") for role in _ROLES)
"""Who stands for the beneficiary, the first of them that the file has."""

PERSONAL = tuple(f"oc_codfisc_{role}" for role in (*_ROLES, "realizzatore"))
"""Columns that may hold the fiscal code of a person."""

_RECORD = """
cod_locale_progetto cup oc_titolo_progetto oc_sintesi_progetto oc_link oc_cod_ciclo oc_descr_ciclo
oc_cod_tema_sintetico oc_tema_sintetico cod_grande_progetto descrizione_grande_progetto oc_cod_fonte oc_descr_fonte
fondo_comunitario oc_codice_programma oc_descrizione_programma cod_ob_tematico descr_ob_tematico cod_priorita_invest
descr_priorita_invest oc_cod_categoria_spesa oc_descr_categoria_spesa oc_articolazione_programma
oc_subarticolazione_programma oc_cod_articolaz_programma oc_descr_articolaz_programma oc_cod_subarticolaz_programma
oc_descr_subarticolaz_programma cod_strumento descr_strumento descr_tipo_strumento cup_cod_natura cup_descr_natura
cup_cod_tipologia cup_descr_tipologia cup_cod_settore cup_descr_settore cup_cod_sottosettore cup_descr_sottosettore
cup_cod_categoria cup_descr_categoria cod_ateco descrizione_ateco oc_cod_tipo_aiuto oc_descr_tipo_aiuto cod_regione
den_regione cod_provincia den_provincia cod_comune den_comune oc_macroarea oc_cod_sll oc_denominazione_sll finanz_ue
finanz_ue_fesr finanz_ue_fse finanz_ue_feasr finanz_ue_feamp finanz_ue_iog finanz_stato_fondo_di_rotazione
finanz_stato_fsc finanz_stato_pac finanz_stato_completamenti finanz_stato_altri_provvedimenti finanz_regione
finanz_provincia finanz_comune finanz_risorse_liberate finanz_altro_pubblico finanz_stato_estero finanz_privato
finanz_da_reperire finanz_totale_pubblico economie_totali economie_totali_pubbliche oc_finanz_ue_netto
oc_finanz_ue_fesr_netto oc_finanz_ue_fse_netto oc_finanz_ue_feasr_netto oc_finanz_ue_feamp_netto
oc_finanz_ue_iog_netto oc_finanz_stato_fondo_rot_netto oc_finanz_stato_fsc_netto oc_finanz_stato_pac_netto
oc_finanz_stato_compl_netto oc_finanz_stato_altri_prov_netto oc_finanz_regione_netto oc_finanz_provincia_netto
oc_finanz_comune_netto oc_finanz_risorse_liberate_netto oc_finanz_altro_pubblico_netto oc_finanz_stato_estero_netto
oc_finanz_privato_netto oc_finanz_tot_pub_netto oc_costo_coesione impegni oc_impegni_giurid_vincolanti
oc_impegni_trasferimenti oc_impegni_coesione tot_pagamenti oc_tot_pagamenti_beneficiari oc_tot_pagamenti_trasferimenti
costo_realizzato costo_rendicontabile_ue oc_tot_pagamenti_rendicontab_ue oc_tot_pagamenti_fsc oc_tot_pagamenti_pac
oc_pagamenti_coesione oc_data_inizio_progetto oc_data_fine_progetto_prevista oc_data_fine_progetto_effettiva
data_inizio_prev_studio_fatt data_inizio_eff_studio_fatt data_fine_prev_studio_fatt data_fine_eff_studio_fatt
data_inizio_prev_prog_prel data_inizio_eff_prog_prel data_fine_prev_prog_prel data_fine_eff_prog_prel
data_inizio_prev_prog_def data_inizio_eff_prog_def data_fine_prev_prog_def data_fine_eff_prog_def
data_inizio_prev_prog_esec data_inizio_eff_prog_esec data_fine_prev_prog_esec data_fine_eff_prog_esec
data_inizio_prev_agg_bando data_inizio_eff_agg_bando data_fine_prev_agg_bando data_fine_eff_agg_bando
data_inizio_prev_stip_attrib data_inizio_eff_stip_attrib data_fine_prev_stip_attrib data_fine_eff_stip_attrib
data_inizio_prev_esecuzione data_inizio_eff_esecuzione data_fine_prev_esecuzione data_fine_eff_esecuzione
data_inizio_prev_collaudo data_inizio_eff_collaudo data_fine_prev_collaudo data_fine_eff_collaudo oc_stato_finanziario
oc_stato_progetto oc_stato_procedurale oc_cod_fase_corrente oc_descr_fase_corrente cod_proced_attivazione
descr_proced_attivazione cod_tipo_proced_attivazione descr_tipo_proced_attivazione oc_codfisc_programmatore
oc_denom_programmatore oc_cod_forma_giu_programmatore oc_descr_forma_giu_programmatore oc_totale_programmatori
oc_codfisc_attuatore oc_denom_attuatore oc_cod_forma_giu_attuatore oc_descr_forma_giu_attuatore oc_totale_attuatori
oc_codfisc_beneficiario oc_denom_beneficiario oc_cod_forma_giu_beneficiario oc_descr_forma_giu_beneficiario
oc_totale_beneficiari oc_codfisc_realizzatore oc_denom_realizzatore oc_cod_forma_giu_realizzatore
oc_descr_forma_giu_realizzatore oc_totale_realizzatori oc_totale_indicatori cod_indicatore_1 descr_indicatore_1
unita_misura_indicatore_1 programmato_indicatore_1 realizzato_indicatore_1 cod_indicatore_2 descr_indicatore_2
unita_misura_indicatore_2 programmato_indicatore_2 realizzato_indicatore_2 cod_indicatore_3 descr_indicatore_3
unita_misura_indicatore_3 programmato_indicatore_3 realizzato_indicatore_3 cod_indicatore_4 descr_indicatore_4
unita_misura_indicatore_4 programmato_indicatore_4 realizzato_indicatore_4 oc_flag_regione_unica
oc_flag_visualizzazione oc_flag_pac data_aggiornamento oc_flag_cup
"""
RECORD = frozenset(_RECORD.split())
"""The record of 199 columns."""

OTHER_RELEASES = frozenset(
    (
        "oc_macroarea_progetto",
        "oc_macroarea_programma",
        "finanz_ue_altro",
        "oc_finanz_ue_altro_netto",
        "oc_flag_aggregato",
        "po_obiettivo_operativo",
    )
)
"""Columns that other releases of the record have."""

SYNONYMS = {"dps_" + name.removeprefix("oc_"): name for name in RECORD if name.startswith("oc_")}
"""Before 31 October 2014 the prefix was DPS_."""

AMOUNT_PREFIXES = ("finanz_", "oc_finanz_", "economie_", "oc_costo_", "costo_", "impegni", "oc_impegni_", "tot_pagamenti",
                   "oc_tot_pagamenti_", "oc_pagamenti_")  # fmt: skip
"""What the names of columns with amounts begin with."""

REGIONS = {
    "PIEMONTE": "01",
    "VALLE D'AOSTA": "02",
    "LOMBARDIA": "03",
    "TRENTINO-ALTO ADIGE": "04",
    "VENETO": "05",
    "FRIULI-VENEZIA GIULIA": "06",
    "LIGURIA": "07",
    "EMILIA-ROMAGNA": "08",
    "TOSCANA": "09",
    "UMBRIA": "10",
    "MARCHE": "11",
    "LAZIO": "12",
    "ABRUZZO": "13",
    "MOLISE": "14",
    "CAMPANIA": "15",
    "PUGLIA": "16",
    "BASILICATA": "17",
    "CALABRIA": "18",
    "SICILIA": "19",
    "SARDEGNA": "20",
    "AMBITO NAZIONALE": "00",
    "PAESI EUROPEI": "99",
    "NESSUNA LOCALIZZAZIONE": "99",
}
"""ISTAT codes by the names that OpenCoesione writes: for files that have the names only."""
