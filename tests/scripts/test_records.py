"""What a record rests on."""

from pathlib import Path

from critscape.scripts.studies import records
from critscape.scripts.studies.records import fingerprint


def test_a_room_stands_for_all_files_in_it():
    studies = Path(records.__file__).parent
    files = [str(file.relative_to(studies).with_suffix("")) for file in (studies / "verdicts").rglob("*.py")]
    assert len(files) > 10 and fingerprint("verdicts") == fingerprint(*files) != fingerprint(*files[1:])
