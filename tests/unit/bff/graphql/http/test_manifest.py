"""Manifests of trusted documents: both forms are read, every error names its operation."""

import json
from pathlib import Path
from typing import Any

import pytest

from bff.graphql.engine.documents import Documents
from bff.graphql.http.manifest import FORMAT, ManifestError, read_manifest
from bff.graphql.schema import core
from tests.support.program import Program

ME, NODE = "query Me { viewer { id } }", "query Node($id: ID!) { node(id: $id) { id } }"


def operation(name: str, body: str, **other: Any) -> dict[str, Any]:
    return {"id": f"id of {name}", "name": name, "type": "query", "body": body} | other


def apollos(*operations: Any, **other: Any) -> dict[str, Any]:
    return {"format": FORMAT, "version": 1, "operations": list(operations)} | other


def read(folder: Path, content: object) -> dict[str, str]:
    path = folder / "manifest.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return dict(read_manifest(path, Documents(core)))


def test_both_forms_are_read(tmp_path: Path) -> None:
    client = {"clientName": "phone"}
    apollo = apollos(operation("Me", ME, **client), operation("Node", NODE))
    assert read(tmp_path, apollo) == {"id of Me": ME, "id of Node": NODE}
    assert read(tmp_path, {"a": ME, "b": NODE}) == {"a": ME, "b": NODE}
    assert read(tmp_path, {}) == {}


def test_one_document_may_have_several_ids_and_operations(tmp_path: Path) -> None:
    both = f"{ME} {NODE}"
    listed = apollos(operation("Me", both), operation("Node", both), operation("Me", both))
    assert read(tmp_path, listed) == {"id of Me": both, "id of Node": both}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: "),
        ("[]", "a JSON object is expected"),
        (apollos(version=2), f"format: {FORMAT}, version 1 is expected"),
        (apollos(format="other"), f"format: {FORMAT}, version 1 is expected"),
        (apollos(operations={}), "operations: a list is expected"),
        (apollos("x"), "operation 1: id: a text is expected"),
        (apollos(operation("Me", ME), {"name": "Node", "id": "b"}), "Node: type: a text is exp"),
        (apollos(operation("Me", "")), "Me: body: a text is expected"),
        (apollos(operation("Me", "query Me { viewer {")), "Me: Syntax Error: Expected Name, found"),
        (
            apollos(operation("Me", "query Me {\n nope }")),
            "Me: Cannot query field 'nope' on type 'Q",
        ),
        (apollos(operation("Me", f"{{ {'a: __typename ' * 101}}}")), "Me: The document is too lar"),
        (apollos(operation("Me", NODE)), "Me: the body's operation is Node"),
        (apollos(operation("Me", ME, type="mutation")), "Me: the body's type is query"),
        (apollos(operation("Me", "fragment A on Query { __typename }")), "Me: Fragment 'A' is nev"),
        (apollos(operation("Me", ME), operation("Node", NODE, id="id of Me")), "Node: its id stan"),
        ({"a": 1}, "a: a document is expected"),
        ({"a": "query Me {\n a }"}, "Me: Cannot query field 'a' on type 'Query'. (line 2)"),
        ({"a": "{ a }"}, "a: Cannot query field 'a' on type 'Query'. (line 1)"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_error_names_its_operation(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(ManifestError) as refused:
        read(tmp_path, content)
    [line] = str(refused.value).splitlines()
    assert line.startswith(f"manifest.json, {message}")


def test_every_error_is_shown(tmp_path: Path) -> None:
    manifest = apollos(operation("A", "{ a }"), operation("Me", ME), operation("B", "{ b c }"))
    with pytest.raises(ManifestError) as refused:
        read(tmp_path, manifest)
    named = [line.split(": ")[0] for line in str(refused.value).splitlines()]
    assert named == [f"manifest.json, {name}" for name in "ABB"]


@pytest.mark.sqlite_only("the manifest is read before any database is opened")
async def test_with_an_error_nothing_is_started(db_folder: Path) -> None:
    manifest = db_folder / "manifest.json"
    manifest.write_text(json.dumps(apollos(operation("Me", "query Me { nope }"))), "utf-8")
    program = Program(db_folder / "bff.sqlite3")
    for arguments in (("--operations", str(manifest)), ("--operations", str(db_folder / "none"))):
        code, output, errors = await program.run("serve", *arguments)
        assert (code, output, "Traceback" in errors) == (2, "", False)
        assert errors.startswith(("manifest.json, Me: Cannot", "none, which cannot be read: No s"))
    assert not program.database.exists()
