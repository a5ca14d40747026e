"""An Office file without what changes from one writing to the next, and without what its schemas forbid."""

import re
import zipfile
from datetime import datetime
from io import BytesIO

_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_AXIS = re.compile(rb'(<c:(?:axId|crossAx) val=")-(\d+")')


def settled(content: bytes, moment: datetime) -> bytes:
    """The file with one moment as all its times, also within the workbooks of its charts. The numbers of axes that
    python-pptx makes are negative, which the schemas do not allow: they lose their sign."""
    made = BytesIO()
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename.endswith(".xlsx"):
                part = settled(part, moment)
            elif entry.filename.endswith("core.xml"):
                part = _WRITTEN.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            elif "/charts/" in entry.filename:
                part = _AXIS.sub(rb"\g<1>\g<2>", part)
            info = zipfile.ZipInfo(entry.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return made.getvalue()
