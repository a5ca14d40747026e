"""Two tables of texts, compared cell by cell."""

from metrics.changed_cells import Changed, changed_cells

BEFORE = {"Asse": ["1", "2"], "Impegni": ["10", "20"], "Tasso": ["5 %", "6 %"]}


def test_equal_tables_have_no_change():
    assert changed_cells(BEFORE, dict(BEFORE)) == []
    assert changed_cells({}, {}) == []


def test_a_cell_that_moved_is_told_with_both_values():
    after = {"Asse": ["1", "2"], "Impegni": ["10", "25"], "Tasso": ["5 %", "6 %"]}
    assert changed_cells(BEFORE, after) == [Changed("2", "Impegni", "20", "25")]


def test_a_row_is_found_by_its_name_wherever_it_stands():
    after = {"Asse": ["2", "1"], "Impegni": ["20", "10"], "Tasso": ["6 %", "5 %"]}
    assert changed_cells(BEFORE, after) == []


def test_rows_and_columns_that_come_or_go_have_an_empty_side():
    after = {"Asse": ["1", "3"], "Impegni": ["10", "30"]}
    assert changed_cells(BEFORE, after) == [
        Changed("3", "Impegni", "", "30"),
        Changed("1", "Tasso", "5 %", ""),
        Changed("2", "Impegni", "20", ""),
        Changed("2", "Tasso", "6 %", ""),
    ]


def test_rows_of_the_same_name_are_compared_in_their_order():
    before = {"Chi": ["UNAR", "UNAR"], "Stato": ["a", "b"]}
    assert changed_cells(before, {"Chi": ["UNAR", "UNAR"], "Stato": ["a", "c"]}) == [Changed("UNAR", "Stato", "b", "c")]
