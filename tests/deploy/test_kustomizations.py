"""The files of the manifests by themselves: what can be said where no kustomize is installed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from kubernetes_validate.utils import latest_version, validate

from daicho.contracts.files import CHECKOUT
from tests.deploy.manifests import Manifest, Manifests, parsed, title

DEPLOY: Final = CHECKOUT / "deploy"
FOLDERS: Final = sorted(path.parent for path in DEPLOY.rglob("kustomization.yaml"))


def kustomization(folder: Path) -> Manifest:
    return dict(yaml.safe_load((folder / "kustomization.yaml").read_text()))


def resources(folder: Path) -> list[Path]:
    return [(folder / each).resolve() for each in kustomization(folder).get("resources", ())]


def patches(folder: Path) -> list[Path]:
    return [(folder / each["path"]).resolve() for each in kustomization(folder).get("patches", ()) if "path" in each]


def sources(folder: Path) -> list[Path]:
    """Of what is generated from files."""
    made = kustomization(folder).get("configMapGenerator", ())
    return [(folder / file).resolve() for each in made for file in each.get("files", ())]


def contents(folder: Path) -> Manifests:
    """What a folder is made of before anything is renamed or patched."""
    found: Manifests = []
    for path in resources(folder):
        found += contents(path) if path.is_dir() else parsed(path.read_text())
    return found


def missing(folder: Path) -> Iterator[str]:
    """Files that are named and not there, and patches of what is not there."""
    yield from (path.name for path in (*resources(folder), *patches(folder), *sources(folder)) if not path.exists())
    titles = {title(each) for each in contents(folder)}
    for patch in kustomization(folder).get("patches", ()):
        if "target" not in patch:
            yield from _aimless((folder / patch["path"]).read_text(), titles)


def _aimless(text: str, titles: set[str]) -> Iterator[str]:
    yield from (title(each) for each in parsed(text) if title(each) not in titles)


def _name(folder: Path) -> str:
    return folder.relative_to(DEPLOY).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_what_a_kustomization_names_is_there(folder: Path) -> None:
    assert list(missing(folder)) == []


def test_every_file_is_named_by_a_kustomization() -> None:
    named = {path for folder in FOLDERS for path in (*resources(folder), *patches(folder), *sources(folder))}
    files = {path for path in (DEPLOY / "k8s").rglob("*.yaml") if path.name != "kustomization.yaml"}
    assert files <= named


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_every_whole_manifest_is_what_kubernetes_knows(folder: Path) -> None:
    for path in resources(folder):
        for manifest in parsed(path.read_text()) if path.is_file() else ():
            validate(manifest, latest_version(), strict=True)


@pytest.mark.parametrize(
    "planted",
    [
        {"resources": ["nothing.yaml"]},
        {"patches": [{"path": "nothing.yaml", "target": {"kind": "Job"}}]},
        {"configMapGenerator": [{"name": "x", "files": ["nothing.sql"]}]},
        {"patches": [{"path": "aimless.yaml"}]},
    ],
    ids=str,
)
def test_what_is_not_there_is_found(tmp_path: Path, planted: dict[str, Any]) -> None:
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(planted))
    (tmp_path / "aimless.yaml").write_text("kind: ConfigMap\nmetadata: {name: setings}\n")
    if "resources" in planted:
        with pytest.raises(FileNotFoundError):
            list(missing(tmp_path))
    else:
        assert list(missing(tmp_path))
