"""The pages for people: links lead somewhere, pictures are complete, and what isn't run says why."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.harness.markdown import ROOT, anchors, blocks, links
from tests.harness.package import PARTS

PAGES = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("workflows/**/*.md"))
PICTURES = sorted(ROOT.glob("docs/**/*.svg"))
RUN_PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCKS = [block for page in RUN_PAGES for block in blocks(page)]
MOST_NOT_RUN = 20


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_in_it(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_of_the_docs_is_listed_in_their_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert [
        name_of(page) for page in RUN_PAGES[1:] if page not in listed | {index} and "decisions" not in page.parts
    ] == []


def test_the_targets_that_the_pages_name_are_in_the_makefile() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make ([\w-]+)", listed, re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([\w-]+)", page.read_text("utf-8"))}
    assert named <= targets


def test_the_blocks_that_are_not_run_are_few_and_say_why() -> None:
    left_out = [block for block in BLOCKS if "not-run" in block.given]
    assert [block.place for block in left_out if len(block.given["not-run"]) < 10] == []
    assert len(left_out) <= MOST_NOT_RUN


@pytest.mark.parametrize("picture", PICTURES, ids=name_of)
def test_a_picture_is_complete_in_itself(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    assert "viewBox" in root.attrib
    assert not re.search(r"(?:\bhref|\bsrc|\burl|@import)\W+https?:", picture.read_text("utf-8"))


def test_the_image_of_the_command_is_built_from_what_the_package_is_made_of() -> None:
    lines = ROOT.joinpath("docs/Dockerfile").read_text("utf-8").splitlines()
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    sent = ROOT.joinpath("docs/Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert copied == set(PARTS) == {line[1:] for line in sent if line.startswith("!")}
