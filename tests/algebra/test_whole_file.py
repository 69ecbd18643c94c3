"""Files appear whole, with the rights of any new file, or not at all."""

import os

import pytest

from critscape.algebra.whole_file import whole_file


def test_a_file_appears_when_all_of_it_is_written(tmp_path):
    path = tmp_path / "whole"
    with whole_file(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    with whole_file(path) as file:
        file.write(b"two")
        assert path.read_bytes() == b"one"
    assert path.read_bytes() == b"two" and os.listdir(tmp_path) == ["whole"]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, SystemExit])
def test_nothing_changes_when_the_writing_fails(tmp_path, error):
    path = tmp_path / "whole"
    path.write_bytes(b"before")
    for target in (path, tmp_path / "new"):
        with pytest.raises(error), whole_file(target) as file:
            file.write(b"half")
            raise error
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["whole"]


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_its_rights_are_those_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        with whole_file(tmp_path / "whole"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "whole").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "none" / "whole"):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such folder") as refused, whole_file(tmp_path / "none" / "whole"):
        pass
    assert refused.value.filename == str(tmp_path / "none") and not os.listdir(tmp_path)
