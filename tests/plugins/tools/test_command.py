"""A city's team starts from nothing, through the command line alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PUNE = "india/maharashtra/pune"


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "server.py"), *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    made = run("city", "new", PUNE, "--into", str(tmp_path / "mine"), "--yes")
    assert made.returncode == 0, made.stderr
    return tmp_path / "mine"


def test_a_new_city_passes_its_checks_and_its_own_test(mine: Path) -> None:
    names = {file.name for file in (mine / PUNE).iterdir()}
    assert names == {"place.toml", "numbers.toml", "stations.toml", "test_pune.py", "README.md"}
    checked = run("--plugins", str(mine), "city", "check", PUNE)
    assert (checked.returncode, "0 errors" in checked.stderr) == (0, True), checked.stdout
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(mine / PUNE)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "5 passed" in tested.stdout, tested.stdout
    again = run("city", "new", PUNE, "--into", str(mine), "--yes")
    assert again.returncode == 1
    assert "nothing was written" in again.stderr


def test_what_it_is_told_stands_in_the_folder(tmp_path: Path) -> None:
    options = ["--name", "Testville", "--code", "TSV", "--at", "12.5,75.25", "--radius", "9000"]
    made = run("city", "new", "india/goa/testville", "--into", str(tmp_path), *options,
               "--language", "kok", "--language", "en", "--light", "--yes")  # fmt: skip
    assert made.returncode == 0, made.stderr
    text = (tmp_path / "india/goa/testville/place.toml").read_text("utf-8")
    for line in (
        'names = { en = "Testville" }',
        'code = "TSV"',
        'languages = ["kok", "en"]',
        "position = { latitude = 12.5, longitude = 75.25 }",
        'deployment = "LIGHT"',
    ):
        assert line in text
    assert not (tmp_path / "india/goa/testville/stations.toml").exists()


def test_it_asks_where_nothing_is_said(tmp_path: Path) -> None:
    answers = "Quest\nQST\n10.0,76.0\n\nml en\n"
    command = [sys.executable, str(ROOT / "server.py"), "city", "new", "india/kerala/quest"]
    made = subprocess.run(
        [*command, "--into", str(tmp_path)],
        input=answers, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    text = (tmp_path / "india/kerala/quest/place.toml").read_text("utf-8")
    assert 'code = "QST"' in text
    assert 'languages = ["ml", "en"]' in text


def test_try_shows_the_station_and_why(mine: Path) -> None:
    with (mine / PUNE / "stations.toml").open("a") as stations:
        stations.write(
            '[[stations]]\ncode = "shivajinagar"\nnames = { en = "S" }\n'
            "position = { latitude = 18.53, longitude = 73.85 }\n"
            '[[stations]]\ncode = "cyber"\nnames = { en = "C" }\ndesks = ["crime.cyber"]\n'
        )
    given = ("--plugins", str(mine), "city", "try", PUNE, "--at", "18.52,73.85")
    shown = run(*given, "--category", "traffic.signal-jumping")
    assert f"{PUNE}/shivajinagar: nearest station, 1.1 km  [" in shown.stdout, shown
    shown = run(*given, "--category", "crime.cyber")
    assert shown.stdout.splitlines()[-1].startswith(f"{PUNE}/cyber: desk for crime.cyber")
    assert run(*given).stdout.startswith(f"{PUNE}/shivajinagar")
    wrong = run(*given, "--category", "nothing")
    assert wrong.returncode == 1
    assert "Use one of: crime" in wrong.stderr
    elsewhere = run(*given[:-1], "28.6,77.2", "--category", "crime")
    assert "is in india/delhi/" in elsewhere.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("city", "new", "india"),
        ("city", "new", "india/goa/x y"),
        ("city", "new", "india/goa/nowhere-known", "--yes"),
        ("city", "check", "india/goa/nowhere"),
        ("city", "check", "india/goa/panaji"),
        ("city", "try", "india/goa/nowhere", "--at", "1,2"),
        ("city", "try", "india/chhattisgarh/raipur", "--at", "here"),
        ("city", "try", "india/chhattisgarh/raipur", "--at", "91,0"),
    ],
)
def test_a_wrong_word_gets_a_sentence(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode != 0
    assert "Error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_fails_with_file_line_and_fix(mine: Path) -> None:
    file = mine / PUNE / "place.toml"
    file.write_text(file.read_text("utf-8").replace('deployment = "FULL"', 'deployment = "FUL"'))
    checked = run("--plugins", str(mine), "city", "check", PUNE)
    assert checked.returncode == 1
    assert re.search(r"place\.toml:\d+: error: choice: deployment", checked.stdout)
    assert 'fix: write "FULL"' in checked.stdout


def test_check_asks_the_hooks_too(mine: Path) -> None:
    code = "from plugins import Route, hookimpl\n@hookimpl\ndef route_report(position):\n"
    code += "    return Route(station='nowhere', reason='x')\n"
    (mine / PUNE / "plugin.py").write_text(code)
    checked = run("--plugins", str(mine), "city", "check", PUNE)
    assert checked.returncode == 1
    assert "route_report: the answer names the station nowhere, which" in checked.stdout


def test_try_tells_the_citys_code_from_the_usual_steps(mine: Path) -> None:
    code = "from plugins import Route, hookimpl\n@hookimpl\ndef route_report(category):\n"
    code += "    return Route(station='control-room', reason='by hand')\n"
    (mine / PUNE / "plugin.py").write_text(code)
    shown = run("--plugins", str(mine), "city", "try", PUNE, "--at", "18.52,73.85",
                "--category", "crime.theft")  # fmt: skip
    lines = shown.stdout.splitlines()
    assert lines[0] == f"  plugin.py of {PUNE}: {PUNE}/control-room: by hand"
    assert [line.split()[0] for line in lines[1:5]] == [
        "boundary", "desk", "nearest", "control_room",
    ]  # fmt: skip
    assert [line.split(None, 1)[1] for line in lines[1:4]] == ["none"] * 3
    assert lines[-1].startswith(f"{PUNE}/control-room: by hand")


def test_check_says_each_fault_once(mine: Path) -> None:
    (mine / PUNE / "plugin.py").write_text("import nothing_like_this\n")
    checked = run("--plugins", str(mine), "city", "check", PUNE)
    assert checked.returncode == 1
    assert (checked.stdout + checked.stderr).count("nothing_like_this") == 1


def test_list_names_the_source_and_what_is_disabled(mine: Path) -> None:
    listed = run("--plugins", str(mine), "--disable", "india/madhya-pradesh/indore", "city", "list",
                 "--within", "india")  # fmt: skip
    assert re.search(rf"{PUNE} +FULL +PN +contract 1  faults 0  folder ", listed.stdout)
    assert re.search(r"india/madhya-pradesh/bhopal +FULL +BHO +contract 1  faults 0  shipped",
                     listed.stdout)  # fmt: skip
    assert re.search(r"india/madhya-pradesh/indore +disabled", listed.stdout)
    assert "usa" not in listed.stdout
    full = run("city", "list", "--full")
    assert len(full.stdout.splitlines()) == 8


def test_a_package_of_its_own_is_found_by_its_entry_point(mine: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    package = site / "pune_city"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('nobody runs this')")
    (mine / "india").rename(package / "india")
    info = site / "pune_city-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pune-city\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[citizencop.cities]\npune = pune_city\nbroken = no_such_package\n"
    )
    listed = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "city", "list", "--within", "india/maharashtra"],
        capture_output=True, text=True, cwd=ROOT, check=False, env={"PYTHONPATH": str(site)},
    )  # fmt: skip
    assert re.search(rf"{PUNE} +FULL .* package pune-city 1.2", listed.stdout), listed
    assert "no_such_package is not a package with a folder" in listed.stderr


def test_the_reference_is_not_stale() -> None:
    checked = run("city", "reference", "--check")
    assert checked.returncode == 0, checked.stderr


def test_a_folder_for_a_city_that_ships_is_told_that_it_needs_approval(tmp_path: Path) -> None:
    made = run("city", "new", "india/chhattisgarh/raipur", "--into", str(tmp_path), "--yes")
    assert made.returncode == 0, made.stderr
    assert "has a folder already (shipped): yours needs --allow." in made.stderr
    assert f'--allow india/chhattisgarh/raipur="folder {tmp_path}" city check' in made.stderr
