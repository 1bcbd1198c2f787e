"""Whoever reads the console in Vietnamese is refused in Vietnamese; programs and English pages read what was raised."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import models
from alerts import NotReady
from alerts.approval import Problem, ProblemKind
from alerts.lifecycle import AlertAct
from alerts.permissions import Act
from api.pages.account_refusals import ACTIONS
from api.pages.alert_refusals import ALERT_ACTS
from api.pages.refusals import REFUSAL_TABLES, REFUSALS, word_refusal
from api.pages.refused_fields import FIELDS, NOUNS
from api.permissions import Permission
from api.problems import KINDS, Explained
from models import Base, UserRole
from tests.api.browsing import HTML, form_token, sign_in
from tests.api.conftest import PASSWORD, People, World
from tests.ingest.filed_documents import pdf

ROOT = Path(models.__file__).parent.parent
ROOMS = [path for room in ("alerts", "api") for path in sorted((ROOT / room).rglob("*.py"))]
# What other rooms raise and a page passes on.
PASSING = [ROOT / "ingest/documents.py", ROOT / "ingest/workers.py", ROOT / "classify/checking.py"]

BASES = {"AlertsError", "RequestRefused", "HTTPException", "Refusal"}
PASSED_ON_BASES = {"HoursError", "UnreadableDocument", "NothingToCheckError", "WorkerStopped", "LeftOut"}
# Expressions that carry a message on; where it is made, it is found.
PASSED_ON = {
    "str(problem)",
    "refusal",
    "problems",
    "after.reason",
    "name_fault(first)",
    "name_fault(problem.errors()[0])",
    "_why(self.kill(), self._limits)",
}
# Functions that decide whether somebody may do something return why not.
DECIDING = ("judge_", "find_obstacle")
PART = re.compile(r"\{\w*\}")


@dataclass(frozen=True)
class Raised:
    """A message as it stands in the code, its parts as `{}`."""

    where: str
    message: str


def _read(node: ast.expr, function: ast.AST | None) -> Iterator[str]:
    """The texts that an expression can be; nothing for one that is no text of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(piece.value) if isinstance(piece, ast.Constant) else "{}" for piece in node.values)
    elif isinstance(node, ast.Name) and function is not None:
        for one in ast.walk(function):
            if isinstance(one, ast.Assign) and any(ast.unparse(target) == node.id for target in one.targets):
                yield from _read(one.value, None)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _walk(tree: ast.AST, function: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    for node in ast.iter_child_nodes(tree):
        inner = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield node, inner
        yield from _walk(node, inner)


def _error_classes(trees: dict[Path, ast.Module]) -> set[str]:
    found = set(BASES)
    grown = True
    while grown:
        subclasses = {
            node.name
            for tree in trees.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and found & {_name(base) for base in node.bases}
        }
        grown = not subclasses <= found
        found |= subclasses
    return found | PASSED_ON_BASES


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in ROOMS + PASSING}
ERRORS = _error_classes(TREES)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("detail", "reason"))]


def _message(call: ast.Call, function: ast.AST | None) -> tuple[str, list[str]]:
    """The expression that is a call's message, and the texts it can be."""
    name, arguments = _name(call.func), _arguments(call)
    if name == "NotFound":
        kinds, numbers = (list(_read(one, function)) for one in arguments)
        # A table's name is read by the test of what can be found.
        whole = [f"there is no {kind} {number}" for kind in kinds for number in numbers or ["{}"]]
        return "its kind", whole or ["there is no {} {}"]
    place = 1 if name in ("Invalid", "HTTPException") else 0
    node = arguments[place]
    return ast.unparse(node), list(_read(node, function))


def _collect() -> tuple[list[Raised], list[str]]:
    raised, unread = [], []
    for path, tree in TREES.items():
        for node, function in _walk(tree):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and _name(node.func) in ERRORS and _arguments(node):
                source, texts = _message(node, function)
                raised += [Raised(where, text) for text in texts]
                if not texts and source not in PASSED_ON:
                    unread.append(f"{where}: {source}")
            is_reason = isinstance(function, ast.FunctionDef) and function.name.startswith(DECIDING)
            if isinstance(node, ast.Return) and node.value is not None and is_reason:
                raised += [Raised(where, text) for text in _read(node.value, function)]
    return raised, unread


RAISED, UNREAD = _collect()
WORDED = {PART.sub("{}", english) for english in REFUSALS}


def test_every_message_that_a_person_can_be_refused_with_has_vietnamese_words() -> None:
    nouns = {f"there is no {noun} {{}}" for noun in NOUNS}
    without = [f"{one.where}: {one.message}" for one in RAISED if one.message not in WORDED | nouns]
    assert len(RAISED) > 150
    assert without == []


def test_a_message_is_written_where_it_is_raised_or_passed_on_from_where_it_is_written() -> None:
    assert UNREAD == []


SAMPLES = {
    "moment": ("2027-02-15T01:00:00+00:00", "08:00 15/02/2027"),
    "noun": ("error_report", "báo lỗi số"),
}


@pytest.mark.parametrize("english", REFUSALS)
def test_words_keep_the_parts_of_the_message_and_are_found_by_it(english: str) -> None:
    words = REFUSALS[english]
    parts = PART.findall(english)
    assert set(PART.findall(words)) == set(parts)
    assert len(set(parts)) == len(parts)
    values = {part[1:-1]: f"<{number}>" for number, part in enumerate(parts)}
    values |= {part: SAMPLES[part][0] for part in values if part in SAMPLES}
    shown = values | {part: SAMPLES[part][1] for part in values if part in SAMPLES}
    wanted = words.format(**shown)
    assert word_refusal(english.format(**values), "vi").rstrip(".") == (
        wanted[:1].upper() + wanted[1:]
    ).rstrip(".")
    assert word_refusal(english.format(**values), "en") == english.format(**values)


def test_no_message_stands_in_two_tables() -> None:
    assert sum(map(len, REFUSAL_TABLES)) == len(REFUSALS)


def test_every_field_that_a_refusal_names_has_a_label() -> None:
    takes_field = {"Invalid"} | {
        node.name
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "field" in [one.arg for one in node.args.args[:1]]
    }
    named = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in takes_field and node.args:
                named |= set(_read(node.args[0], None))
            if isinstance(node, ast.keyword) and node.arg == "field":
                named |= set(_read(node.value, None))
    assert "passage_ids" in named
    assert named - set(FIELDS) == set()


def test_everything_that_can_be_found_missing_has_a_noun() -> None:
    tables = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    looked_for = {
        tables[_name(node.args[1])]
        for path in ROOMS
        if path.parent.name == "alerts"
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and _name(node.func) == "find" and _name(node.args[1]) in tables
    }
    assert "brief_version" in looked_for
    assert {name.replace("_", " ") for name in looked_for} - set(NOUNS) == set()


def test_every_act_has_words_and_so_does_every_kind_of_problem() -> None:
    assert set(ACTIONS) == {str(action) for action in (*Act, *Permission)}
    assert set(ALERT_ACTS) == {str(act) for act in AlertAct}
    assert set(KINDS.values()) <= set(REFUSALS)
    for role in UserRole:
        assert role not in word_refusal(f"the role {role} may not {Act.APPROVE}", "vi")


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("note: must not be empty", "Ghi chú: không được để trống."),
        ("there is no fact sheet 7", "Không có tài liệu số 7."),
        (
            "an alert that is closed cannot take the act hold; it must be new, held",
            "Cảnh báo ở tình trạng “đã đóng” không nhận xử lý được; phải là: mới, đang xử lý.",
        ),
        (
            "version 2 in en goes out at 2027-02-15T01:00:00+00:00; call it off first",
            "Phiên bản 2 tiếng Anh đã hẹn công bố lúc 08:00 15/02/2027; hãy hủy hẹn giờ trước.",
        ),
        (
            "starts_at: is on duty at this desk already from 2027-02-15T01:00:00+00:00 without an end",
            "Từ: người này đã có ca trực ở đơn vị từ 08:00 15/02/2027 đến khi kết thúc ca.",
        ),
        (
            "countries.0: String should match pattern '^[a-z]{2}$'",
            "Nước của nơi đăng: không đúng dạng ^[a-z]{2}$.",
        ),
        ("subscription 3 is disabled; resume it first", "Đăng ký số 3 đã tắt; hãy bật lại trước."),
        ("subscription 3 is paused", "Đăng ký số 3 ở tình trạng “tạm dừng”."),
        ("something that nobody gave words", "Something that nobody gave words."),
        ("", ""),
    ],
)
def test_figures_names_and_states_are_put_as_a_reader_of_vietnamese_expects(
    english: str, vietnamese: str
) -> None:
    assert word_refusal(english, "vi") == vietnamese


def test_a_brief_that_is_not_ready_and_several_wrong_fields_are_told_one_by_one() -> None:
    lacking = NotReady([Problem(ProblemKind.NO_TITLE), Problem(ProblemKind.UNCITED, 2, "Gạo")])
    assert word_refusal(lacking, "vi") == (
        "Chưa có tiêu đề; Đoạn 2 (“Gạo”) chưa dẫn đoạn tư liệu nào, cũng chưa ghi là phát biểu của cơ quan."
    )
    assert word_refusal(lacking, "en") == str(lacking)
    errors = [
        {"detail": "Field required", "pointer": "#/note"},
        {"detail": "Input should be less than or equal to 5", "parameter": "days"},
    ]
    explained = Explained(status=422, name="invalid", detail="#/note: Field required", errors=errors)
    assert word_refusal(explained, "vi") == "Ghi chú: bắt buộc phải có; Số ngày: không được quá 5."


def test_the_console_refuses_in_the_language_it_is_read_in(
    client: TestClient, people: People, world: World
) -> None:
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    fields = {"form_token": form_token(client), "desk": world.desk_id, "language": "vi", "title": "Gạo"}
    scanned = {"file": ("x.pdf", pdf(""))}
    refused = client.post("/desk/sheets", data=fields, files=scanned, headers=HTML)
    assert refused.status_code == 422
    assert "Không thực hiện được.</strong> Tệp: không tìm thấy chữ nào; trang quét" in refused.text
    in_english = client.post("/desk/sheets?lang=en", data=fields, files=scanned, headers=HTML)
    assert "file: no text was found in it; a scanned page has to be typed first" in in_english.text
    missing = client.get("/desk/sheets/404?lang=vi", headers=HTML)
    assert missing.status_code == 404
    assert "Không có gì ở địa chỉ này, hoặc tài khoản này không được xem." in missing.text
    assert "Không có tài liệu số 404." in missing.text


def test_a_field_is_called_by_its_label_also_where_its_reason_begins_with_what_was_written() -> None:
    refused = word_refusal("passage_ids: 'x' is not the number of a passage", "vi")
    assert refused == "Số hiệu đoạn tư liệu: 'x' không phải là số hiệu đoạn tư liệu."
