"""Validated rows on their way into the store: what importers make and `data_model.importing` writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from data_model.vocabulary import DateBasis, Firmness, System, Unit


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """One programme. `overwrite` False: only to make it known; it fills what is empty, a title already there stays."""

    code: str
    title: str
    title_language: str
    fund: str | None = None
    cycle: str | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class AxisRecord:
    """One priority axis; what is None leaves the stored value as it is. `overwrite` False: only what is empty is filled."""

    programme_code: str
    code: str
    name: str | None = None
    name_language: str | None = None
    theme_code: str | None = None
    overwrite: bool = True


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """One call, agreement, activity, training course, target or share. `overwrite` as for programmes."""

    programme_code: str
    kind: str
    code: str
    label: str
    parent_code: str | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class SubjectAxisRecord:
    """One subject on one of its axes."""

    programme_code: str
    kind: str
    code: str
    axis_code: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One document or data set. `overwrite` as for programmes: False for what a format knows of its own data set."""

    id: str
    title: str
    publisher: str | None = None
    date_wording: str | None = None
    url: str | None = None
    covers: str | None = None
    licence: str | None = None
    overwrite: bool = True


@dataclass(frozen=True, slots=True)
class RemarkRecord:
    """One slip in a source's wording, with its correction."""

    source_id: str
    wording: str
    remark: str
    place: str | None = None
    evidence_source_id: str | None = None


@dataclass(frozen=True, slots=True)
class TranslationRecord:
    """One text of the data in another language."""

    original: str
    language: str
    original_language: str
    translation: str


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """One published number. EUR values in `amount_cents`, counts and percentages in `quantity_thousandths`."""

    programme_code: str
    series: str
    subject_kind: str
    subject_code: str
    measure: str
    unit: Unit
    amount_cents: int | None
    quantity_thousandths: int | None
    firmness: Firmness
    wording: str
    source_id: str
    place: str
    as_of: date | None = None
    date_basis: DateBasis = DateBasis.STATED
    axis_code: str | None = None
    category_code: str | None = None
    fund_code: str | None = None
    breakdown_code: str | None = None
    cohort: int | None = None
    note: str | None = None
    corrects: str | None = None
    """Natural key of the figure that this one takes the place of, where another source gives it."""

    def natural_key(self) -> str:
        """What the figure says, without its value: the same key in a later file is the same figure again."""
        if self.corrects is not None:
            return self.corrects
        parts = (
            self.programme_code,
            self.series,
            self.subject_kind,
            self.subject_code,
            self.axis_code,
            self.category_code,
            self.fund_code,
            self.breakdown_code,
            self.cohort,
            self.measure,
            self.as_of,
            self.source_id,
        )
        return "|".join("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One statement about an activity and its stage."""

    programme_code: str
    code: str
    axis_codes: str
    beneficiary: str
    activity: str
    status: str
    status_wording: str
    status_basis: str
    position: int
    source_id: str
    as_of: date | None
    date_basis: DateBasis

    def natural_key(self) -> str:
        """Programme, source, date and code of the statement."""
        return f"{self.programme_code}|{self.source_id}|{self.as_of}|{self.code}"


@dataclass(frozen=True, slots=True)
class DeadlineRecord:
    """One decision that sets or moves a date of a call."""

    programme_code: str
    call_code: str
    kind: str
    decided_on: date | None
    decided_wording: str | None
    new_deadline: date
    act: str
    source_id: str
    note: str | None = None

    def natural_key(self) -> str:
        """Programme, call and the date that was set."""
        return f"{self.programme_code}|{self.call_code}|{self.kind}|{self.new_deadline}"


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """One place of a project."""

    project_code: str
    territory: str
    region_code: str | None
    province_code: str | None
    town_code: str | None
    name: str
    address: str | None
    source_id: str
    place: str

    def natural_key(self) -> str:
        """Project and place, down to the street: a project may be at two addresses of one town."""
        parts = (self.project_code, self.region_code, self.province_code, self.town_code, self.address)
        return "|".join("" if part is None else part for part in parts)[:300]


class PositionRecord(NamedTuple):
    """One project at one reference date. A plain tuple: a file has hundreds of thousands of them.

    Amounts are cents; None is not given, which is not zero. `call_name` and `beneficiary_name` go with their codes.
    """

    system: str
    project_code: str
    as_of: date
    date_basis: str
    programme_code: str
    title: str
    source_id: str
    place_in_source: str
    shared_with: str | None = None
    axis_code: str | None = None
    call_code: str | None = None
    call_name: str | None = None
    beneficiary_code: str | None = None
    beneficiary_name: str | None = None
    region_code: str | None = None
    place: str | None = None
    cup: str | None = None
    status: str | None = None
    theme: str | None = None
    fund_code: str | None = None
    started_on: date | None = None
    planned_end_on: date | None = None
    ended_on: date | None = None
    committed_on: date | None = None
    granted_cents: int | None = None
    admitted_cents: int | None = None
    committed_cents: int | None = None
    paid_cents: int | None = None
    reported_cents: int | None = None
    certified_cents: int | None = None
    rounded: bool = False

    def natural_key(self) -> str:
        """Project, system and reference date; of the national monitoring, which divides the money of a project between its
        programmes, also each programme after the first by its code."""
        key = f"{self.project_code}|{self.system}|{self.as_of.isoformat()}"
        if self.system == System.PUC and self.shared_with and self.programme_code > min(self.shared_with.split(";")):
            return f"{key}|{self.programme_code}"
        return key


ReferenceRecord = (
    ProgrammeRecord | AxisRecord | SubjectRecord | SubjectAxisRecord | SourceRecord | RemarkRecord | TranslationRecord
)
VersionedRecord = FigureRecord | ActivityRecord | DeadlineRecord | PlaceRecord
Record = ReferenceRecord | VersionedRecord | PositionRecord


Sums = Mapping[str, int]
"""Cents per measure, as a row of a file gives them, whatever becomes of the row."""

NO_SUMS: Sums = {}


@dataclass(slots=True)
class AcceptedRow:
    """One row of a file and all that it adds to the store."""

    line: int
    records: tuple[Record, ...]
    sums: Sums = field(default_factory=dict)
    part: str | None = None
    cells: tuple[str, ...] | Callable[[], tuple[str, ...]] | None = None
    """The row as it stood, for the case that it is refused after all; of a wide table what makes the cells then."""
    lines: int = 1
    """Lines of the file that make this row: the monitoring tables tell of a project in many."""


@dataclass(slots=True)
class SkippedRow:
    """One row left out by a rule of its format; `reason` is a code with words in texts.

    `records` are names that the row makes known although its figure is not taken.
    """

    line: int
    reason: str
    records: tuple[ReferenceRecord, ...] = ()
    sums: Sums = field(default_factory=dict)
    lines: int = 1


@dataclass(slots=True)
class RefusedRow:
    """One row that cannot be taken, with the value that is wrong; `reason` is a code with words in texts.

    `part` is the table of the file where it holds several; `cells` the row as it stood, None where it holds personal data.
    """

    line: int
    column: str | None
    value: str | None
    reason: str
    sums: Sums = field(default_factory=dict)
    part: str | None = None
    cells: tuple[str, ...] | None = None
    lines: int = 1


ParsedRow = AcceptedRow | SkippedRow | RefusedRow


@dataclass(slots=True)
class Notes:
    """What was noticed while a file was read and does not stop it: codes with words in texts, how often, on what."""

    counts: dict[str, int] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, detail: str = "", count: int = 1) -> None:
        """Count one more; a detail (a column, a date) is kept once, the first few of them."""
        self.counts[code] = self.counts.get(code, 0) + count
        kept = self.details.setdefault(code, [])
        if detail and detail not in kept and len(kept) < NOTE_DETAILS:
            kept.append(detail)


NOTE_DETAILS = 250


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What an import remembers of the file it came from. `headers` has the columns as written, per table of the file;
    `notes` fills while its rows are read."""

    name: str
    sha256: str
    format: str
    encoding: str = ""
    delimiter: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    decimal_mark: str = ""


@dataclass(slots=True)
class ImportResult:
    """What bringing in one file did. `import_id` is None when nothing had to change."""

    import_id: int | None = None
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_skipped: int = 0
    rows_rejected: int = 0
    sums_in_cents: dict[str, int] = field(default_factory=dict)
    sums_stored_cents: dict[str, int] = field(default_factory=dict)
    sums_skipped_cents: dict[str, int] = field(default_factory=dict)
    sums_rejected_cents: dict[str, int] = field(default_factory=dict)
    sums_before_cents: dict[str, int] = field(default_factory=dict)
    """What the store held under the keys of the stored rows, per measure; `sums_stored_cents` is what it holds after."""
    reasons: dict[str, int] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    """The first refused rows; all of them are in the store with the import."""

    def as_columns(self) -> dict[str, Any]:
        """The columns of the import table that this result fills."""
        names = ("read", "new", "changed", "unchanged", "skipped", "rejected")
        counts = {f"rows_{name}": getattr(self, f"rows_{name}") for name in names}
        return {**counts, "sums_in_cents": self.sums_in_cents, "reasons": self.reasons}
