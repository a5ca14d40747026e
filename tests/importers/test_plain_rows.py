"""Rows taken apart by a pattern give what csv gives, whatever stands in them: csv over the whole text is the oracle."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importers.plain_rows import plain_rows
from importers.reading import UnreadableFile
from tests.importers.files import open_table, write

HEADER = '"A";"B";"C";"D"'
PLACES = (2, 4, 0)  # 4: that after the last
Read = list[tuple[int, tuple[str, ...] | None, str]]

cells = st.text(st.sampled_from('ab";,é \r\n'), max_size=4)
quoted_rows = st.lists(
    st.tuples(st.lists(cells, min_size=3, max_size=5), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
)
ends = st.sampled_from(["\n", "\r\n", "\r"])


def by_csv(text: str) -> Read:
    """What csv makes of the whole text: (line, cells at the places, the row as written) without the header."""
    found: Read = []
    lines = list(io.StringIO(text, newline=""))
    rows = csv.reader(iter(lines), delimiter=";", strict=True)
    next(rows)
    before = rows.line_num
    for row in rows:
        if row:
            picked = tuple([*row, ""][place] for place in PLACES) if len(row) == 4 else None
            found.append((before + 1, picked, "".join(lines[before : rows.line_num])))
        before = rows.line_num
    return found


def picked(path: Path, text: str) -> Read:
    path.write_text(text, encoding="utf-8", newline="")
    return list(open_table(path).picked(PLACES))


def written(rows: list[tuple[list[str], int]], end: str) -> Iterator[str]:
    for row, quoting in rows:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", quoting=quoting, lineterminator=end).writerow(row)  # type: ignore[arg-type]  # a number
        yield out.getvalue()


@settings(max_examples=400)
@given(rows=quoted_rows, end=ends, header_end=ends)
@example(
    rows=[(["a", "b", "c", "d"], csv.QUOTE_ALL), (['a"', "b;", "c\r", "d\n"], csv.QUOTE_ALL)], end="\n", header_end="\n"
)
def test_what_csv_writes_is_read_as_csv_reads_it(tmp_path_factory, rows, end, header_end):
    text = HEADER + header_end + "".join(written(rows, end))
    assert picked(tmp_path_factory.getbasetemp() / "written.csv", text) == by_csv(text)


@settings(max_examples=400)
@given(body=st.text(st.sampled_from('a";\r\n'), max_size=60))
@example(body='"a";b;c;d\n"a"x;b;c;d\n')
@example(body='"a";b;c;d\n"a;b";c;d\n"a";b;c\n\n"a";b;c;d;e\n')
@example(body='"a";b;c;d\r\n"a";b\r"a";b;c;d\r\n')
def test_whatever_a_file_holds_is_read_or_refused_as_by_csv(tmp_path_factory, body):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    try:
        expected = by_csv(f"{HEADER}\n{body}")
    except csv.Error:
        with pytest.raises(UnreadableFile):
            picked(path, f"{HEADER}\n{body}")
    else:
        assert picked(path, f"{HEADER}\n{body}") == expected


def test_a_row_quoted_like_the_first_is_never_given_to_csv(tmp_path, monkeypatch):
    table = open_table(write(tmp_path / "f.csv", HEADER + '\n"a ""x""";1;"b";\n"c;d";;" ";2,5\n"e ""f""";1;"g";\n'))
    asked: list[str] = []
    ask = csv.reader

    def noted(lines, **how):
        first = next(lines)
        asked.append(first)
        return ask(chain([first], lines), **how)

    monkeypatch.setattr(csv, "reader", noted)
    assert [cells for _, cells, _ in table.picked((0, 3))] == [('a "x"', ""), ("c;d", "2,5"), ('e "f"', "")]
    assert [row[:3] for row in asked] == ['"A"', '"a ', '"A"', '"a ', '"e ']  # to see how the first is quoted, then to read


def test_a_cell_that_csv_would_not_take_is_not_taken_by_the_pattern():
    plain = plain_rows('"a";"b"\n', ["a", "b"], ";", (0, 1))
    longest = csv.field_size_limit()
    assert plain('"' + "a" * 100 + '";"b"\n') == ("a" * 100, "b")
    assert plain('"' + "a" * longest + '";"b"\n') is None


@pytest.mark.parametrize("late", [70_000, 200_000])
def test_a_lone_return_deep_in_the_file_ends_a_line_too(tmp_path, late):
    text = HEADER + "\n" + "a;b;c;d\n" * (late // 8) + "e;f;g;h\ri;j;k;l\n"
    path = tmp_path / "f.csv"
    assert picked(path, text)[-2:] == by_csv(text)[-2:]
    assert picked(path, text)[-1][1] == ("k", "", "i")
