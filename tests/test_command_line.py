"""The program as people and scripts call it: statuses, JSON, languages, pipes, Ctrl-C."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import pytest

from publisher import __version__, config, run
from publisher.cli import Exit, program
from tests.faults import FaultProxy, Rule
from tests.office import Office, Ran
from tests.processes import free_port
from tests.wordpress import WordPress

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals and terminals")
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with the preview site that one has without any configuration."""
    return Office(tmp_path / "Phòng Hành chính")


def started(office: Office, *arguments: str, **environ: str) -> subprocess.Popen[bytes]:
    """Start the program as a process of its own."""
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    return subprocess.Popen(
        [*command, *arguments],
        env={**os.environ, **office.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[bytes]) -> Ran:
    """Wait for the end; what was printed must be UTF-8."""
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


def unadorned(ran: Ran) -> str:
    text = ran.out + ran.err
    assert "Traceback" not in text
    assert 'File "' not in text
    return text


# Help


def _commands() -> Iterator[list[str]]:
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        yield [name]
        if isinstance(command, click.Group):
            yield from ([name, inner] for inner in command.list_commands(context))


@pytest.mark.parametrize("command", [[], *_commands()], ids=lambda c: " ".join(c) or "publisher")
def test_every_command_explains_itself_in_both_languages(
    office: Office, command: list[str]
) -> None:
    for lang, usage in (("vi", "Cách dùng"), ("en", "Usage")):
        ran = office.run("--lang", lang, *command, "--help")
        assert (ran.status, ran.err) == (Exit.DONE, "")
        assert ran.out.startswith(f"{usage}: publisher {' '.join(command)}".rstrip())
        assert "--help" in ran.out
    assert office.run(*command, "-h").out == office.run(*command, "--help").out


def test_help_and_version_need_no_config(office: Office) -> None:
    (office.folder / "config.toml").write_text("hỏng [", encoding="utf-8")
    assert office.run("publish", "--help").status == Exit.DONE
    ran = office.run("--version")
    assert (ran.status, __version__ in ran.out) == (Exit.DONE, True)


# Statuses, each provoked


def test_0_done(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    ran = office.run("publish")
    assert (ran.status, ran.err) == (Exit.DONE, "")
    assert "Đã làm: 1" in ran.out
    assert "index.html" in ran.out
    again = office.run("publish")
    assert again.status == Exit.DONE
    assert "Không có gì thay đổi" in again.out


def edited_on_both_sides(office: Office) -> None:
    """Publish a post, let somebody edit it on the preview site, and edit its file."""
    office.post("tin.md", title="Tin một")
    office.publish()
    (record,) = (office.folder / ".publisher/preview/data/posts").glob("*.json")
    values = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**values, "title": "Sửa trên trang"}), encoding="utf-8")
    office.post("tin.md", "Sửa trong tệp.", title="Tin một")


def test_1_some_failed(office: Office) -> None:
    edited_on_both_sides(office)
    office.post("khac.md", title="Tin khác")
    ran = office.run("publish")
    assert ran.status == Exit.FAILED
    assert "Đã làm: 1" in ran.out
    assert "--keep-site" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["publis"], "publish"),
        (["pubilsh", "--json"], "publish"),
        (["đăng"], "đăng"),
        (["publish", "--jsno"], "--json"),
        (["publish", "--keep-site", "--overwrite"], "--overwrite"),
        (["withdraw", "tin"], "--reason"),
        (["withdraw", "tin", "--reason", "  "], "--reason"),
        (["withdraw", "--reason", "nhầm"], "KEY"),
        (["report", "--from", "01/01/2023"], "--to"),
        (["report", "--year", "23"], "23"),
        (["report", "--from", "hôm qua", "--to", "01/01/2023"], "15/12/2022"),
        (["report", "--from", "02/01/2023", "--to", "01/01/2023"], ""),
        (["log", "list", "-n", "0"], "0"),
        (["--lang", "fr", "status"], "fr"),
        (["new", "Tin", "--kind", "tuyệt mật"], "tin"),
    ],
)
def test_2_a_slip_of_the_hand(office: Office, arguments: list[str], words: str) -> None:
    ran = office.run(*arguments)
    assert ran.status == Exit.USAGE
    assert ran.out == ""
    assert words.lower() in unadorned(ran).lower()


def test_2_an_unknown_command_is_answered_with_the_likely_one(office: Office) -> None:
    assert "“publish”" in office.run("plublish").err
    assert "“status”" in office.run("--lang", "en", "statu").err
    assert "“" in office.run("xyz").err


@pytest.mark.parametrize("command", ["publish", "plan", "check", "status", "report", "log"])
def test_3_all_that_is_wrong_with_the_config_is_told_at_once(office: Office, command: str) -> None:
    office.configure('[images]\nqualty = 80\nquality = 200\n[sites.a]\nkind = "wordpres"\n')
    extra = {"report": ["--year", "2023"], "log": ["verify"]}
    ran = office.run(command, *extra.get(command, []))
    assert ran.status == Exit.CONFIG
    for words in ("config.toml:2", "quality", "config.toml:3", "200", "config.toml:5", "wordpress"):
        assert words in ran.err
    assert ran.out == ""


def test_3_no_config_no_site_no_password(office: Office, site: WordPress) -> None:
    unknown = office.run("site", "check", "so-khcn")
    assert unknown.status == Exit.CONFIG
    assert "preview" in unknown.err
    office.wordpress(site)
    office.post("tin.md", title="Tin một")
    office.environ.clear()
    for arguments in (["publish"], ["site", "check"]):
        ran = office.run(*arguments, environ=NO_KEYRING)
        assert ran.status == Exit.CONFIG
        assert "publisher site login so-khcn" in unadorned(ran)
    (office.folder / "config.toml").unlink()
    ran = office.run("publish")
    assert ran.status == Exit.CONFIG
    assert "--config" in ran.err


@pytest.fixture
def site(wordpress71: WordPress) -> WordPress:
    """The newest WordPress, empty; what is tried here does not depend on its version."""
    wordpress71.empty()
    return wordpress71


def test_4_content(office: Office) -> None:
    office.file("posts/sai.md", "---\ntitle: Một: hai\ndate: mai\n---\n")
    office.post("dung.md", title="Đúng")
    ran = office.run("check")
    assert ran.status == Exit.CONTENT
    assert "posts/sai.md:2" in ran.out
    assert "posts/sai.md:3" in ran.out
    assert office.run("publish").status == Exit.CONTENT  # though the good one is out
    assert [row["key"] for row in export(office)] == ["dung"]
    for command in (["publish", "dugn"], ["plan", "dugn"], ["withdraw", "dugn", "--reason", "x"]):
        ran = office.run(*command)
        assert ran.status == Exit.CONTENT
        assert "“dung”" in ran.err
    for file in (office.folder / "posts").iterdir():
        file.unlink()
    assert office.run("publish").status == Exit.CONTENT
    (office.folder / "posts").rmdir()
    assert office.run("check").status == Exit.CONTENT


def test_4_warnings_fail_only_where_one_is_strict(office: Office) -> None:
    office.post("tin.md", title="Tin một")  # without excerpt, authors and source
    assert office.run("check").status == Exit.DONE
    assert office.run("check", "--strict").status == Exit.CONTENT


def test_5_unreachable(office: Office, site: WordPress) -> None:
    office.wordpress(site, url=f"http://127.0.0.1:{free_port()}")
    office.post("tin.md", title="Tin một")
    for arguments in (["publish"], ["plan"], ["site", "check"]):
        ran = office.run(*arguments)
        assert ran.status == Exit.UNREACHABLE
        assert "so-khcn" in unadorned(ran)


def test_6_already_running(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    with run.locked(config.load(office.folder / "config.toml")):
        ran = ended(started(office, "publish"))
        assert ran.status == Exit.RUNNING
        assert "đang chạy" in ran.err
        assert office.run("status").status == Exit.DONE  # looking is always possible
        assert office.run("plan").status == Exit.DONE
    assert office.run("publish").status == Exit.DONE


@posix
def test_130_the_act_in_hand_is_finished_the_others_wait(office: Office, site: WordPress) -> None:
    with FaultProxy(site.url) as proxy:
        office.wordpress(site, url=proxy.url, connections=1)
        for number in range(6):
            office.post(f"tin-{number}.md", title=f"Tin {number}")
        # The first request carries three posts, which are all in hand then.
        rule = proxy.add(Rule("delay", "POST", "/batch/v1", seconds=2))
        process = started(office, "publish", "--json")
        assert rule.hit.wait(60)
        process.send_signal(signal.SIGINT)
        ran = ended(process)
        assert ran.status == Exit.INTERRUPTED
        assert ran.err.strip()
        unadorned(ran)
        states = [o["state"] for o in ran.json["outcomes"]]
        assert states == ["done"] * 3 + ["skipped"] * 3
        assert len(site.posts()) == 3
        assert [o["state"] for o in office.publish()] == ["done"] * 3
        titles = sorted(p["title"]["raw"] for p in site.posts())
        assert titles == [f"Tin {number}" for number in range(6)]
        assert office.plan() == []


@posix
def test_130_a_second_ctrl_c_ends_at_once_and_the_next_run_finds_what_was_sent(
    office: Office, site: WordPress
) -> None:
    with FaultProxy(site.url) as proxy:
        office.wordpress(site, url=proxy.url, connections=1, timeout=300)
        office.post("tin.md", title="Tin một")
        rule = proxy.add(Rule("delay", "POST", "/wp/v2/posts", seconds=300))
        process = started(office, "publish")
        assert rule.hit.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        process.stderr.readline()  # it says that it stops
        process.send_signal(signal.SIGINT)
        ran = ended(process)
        assert ran.status == Exit.INTERRUPTED
        unadorned(ran)
        assert office.run("publish").status == Exit.DONE
        assert len(site.posts()) == 1
        assert office.plan() == []


# What scripts rely on


def export(office: Office) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = office.run("log", "export", "--format", "json").json
    return rows


def test_json_of_check(office: Office) -> None:
    assert office.run("check", "--format", "json").json == []
    office.file("posts/sai.md", "---\ntitle: Một: hai\n---\nChữ.\n")
    ran = office.run("check", "--format", "json")
    assert ran.status == Exit.CONTENT
    for problem in ran.json:
        assert set(problem) == {"file", "line", "code", "severity", "message", "hint"}
    (error,) = [p for p in ran.json if p["severity"] == "error"]
    assert (error["file"], error["line"], error["code"]) == ("posts/sai.md", 2, "yaml-colon")


def test_json_of_plan(office: Office) -> None:
    office.post("moi.md", title="Tin mới")
    office.post("cho.md", title="Tin chờ", date="15/03/2099 08:00")
    office.post("nhap.md", title="Tin nháp", status="draft")
    ran = office.run("plan", "--json")
    assert ran.status == Exit.DONE
    for action in ran.json["actions"]:
        assert set(action) >= {"action", "site", "key", "due", "reason"}
    said = {a["key"]: (a["action"], a["site"], a["due"]) for a in ran.json["actions"]}
    assert said == {
        "moi": ("create", "preview", "2023-03-15T08:00:00+07:00"),
        "cho": ("wait", "preview", "2099-03-15T08:00:00+07:00"),
    }
    everything = office.run("plan", "--json", "--all").json["actions"]
    assert {a["key"]: a["action"] for a in everything}["nhap"] == "keep"
    assert export(office) == []


def test_json_of_publish(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    (outcome,) = office.run("publish", "--json").json["outcomes"]
    wanted = {"action", "site", "key", "state", "url", "remote_id", "message"}
    assert set(outcome) >= wanted
    assert (outcome["action"], outcome["site"], outcome["key"]) == ("create", "preview", "tin")
    assert (outcome["state"], outcome["remote_id"]) == ("done", "1")
    assert outcome["url"].startswith("file://")
    edited_on_both_sides(office)
    ran = office.run("publish", "--json")
    (outcome,) = ran.json["outcomes"]
    assert ran.status == Exit.FAILED
    assert (outcome["action"], outcome["state"]) == ("conflict", "skipped")
    assert "--overwrite" in outcome["message"]
    ran = office.run("withdraw", "tin", "--reason", "Đăng nhầm", "--json")
    assert {o["action"]: o["state"] for o in ran.json["outcomes"]} == {"withdraw": "done"}


def test_json_of_report(office: Office) -> None:
    who: dict[str, Any] = {"authors": ["Nguyễn Văn A"], "unit": "Văn phòng"}
    office.post("a.md", title="Tin A", kind="tin", **who)
    office.post("b.md", title="Bài B", kind="bai", theme="ra-soat", date="15/12/2022 00:00")
    office.post("c.md", title="Bài C", kind="bai", date="15/12/2023 00:00")
    office.publish()
    ran = office.run("report", "--year", "2023", "--json")
    assert ran.status == Exit.DONE
    report = ran.json
    assert report["period"] == {"from": "2022-12-15", "to": "2023-12-14"}
    assert report["total"] == 2
    assert set(report["by"]) >= {"kind", "theme", "month", "site", "unit", "author"}
    assert report["by"]["kind"] == {"bai": 1, "tin": 1}
    assert report["by"]["theme"] == {"ket-qua": 1, "ra-soat": 1}
    assert report["by"]["month"] == {"2022-12": 1, "2023-03": 1}
    assert report["by"]["site"] == {"preview": 2}
    assert report["by"]["unit"] == {"": 1, "Văn phòng": 1}
    assert report["by"]["author"] == {"": 1, "Nguyễn Văn A": 1}
    other = office.run("report", "--from", "15/12/2023", "--to", "15/12/2023", "--json").json
    assert (other["total"], other["period"]["from"]) == (1, "2023-12-15")
    text = office.run("report", "--year", "2023").out
    assert "15/12/2022" in text
    assert "Nguyễn Văn A" in text


def test_json_of_status(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    office.post("cho.md", title="Tin chờ", date="15/03/2099 08:00")
    status = office.run("status", "--json").json
    assert [(d["site"], d["key"]) for d in status["due"]] == [("preview", "tin")]
    assert [w["key"] for w in status["waiting"]] == ["cho"]
    assert (status["published"], status["last_run"]) == (0, None)
    office.publish()
    status = office.run("status", "--json").json
    assert (status["published"], status["due"], status["failures"]) == (1, [], [])
    words = office.run("status").out
    assert "15/03/2099" in words


@pytest.mark.parametrize("command", ["check", "plan", "publish"])
def test_json_is_json_under_any_language(office: Office, command: str) -> None:
    office.file("posts/sai.md", "---\ntitle: Một: hai\n---\nChữ.\n")
    form = ["--format", "json"] if command == "check" else ["--json"]
    vi, en = (office.run("--lang", lang, command, *form).json for lang in ("vi", "en"))
    assert json.dumps(vi) != json.dumps(en)

    def codes(said: object) -> list[str]:
        problems = said["problems"] if isinstance(said, dict) else said
        assert isinstance(problems, list)
        return [problem["code"] for problem in problems]

    assert codes(vi) == codes(en) != []


# Options, languages, pipes


@pytest.mark.parametrize(
    "arguments",
    [
        ["--config", "CONFIG", "status", "--lang", "en"],
        ["status", "--config", "CONFIG", "--lang", "en"],
        ["--lang=en", "status", "--config=CONFIG"],
        ["-v", "status", "--lang=en", "--config", "CONFIG", "--json"],
    ],
)
def test_options_of_the_program_stand_anywhere(
    office: Office, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    from publisher.__main__ import main

    office.post("tin.md", title="Tin một")
    path = str(office.folder / "config.toml")
    assert main([part.replace("CONFIG", path) for part in arguments]) == Exit.DONE
    said = capsys.readouterr().out
    assert "tin" in said
    assert "--json" in arguments or "Published" in said


def test_config_and_language_come_from_the_environment_too(office: Office) -> None:
    environ = {
        **os.environ,
        "PUBLISHER_CONFIG": str(office.folder / "config.toml"),
        "PUBLISHER_LANG": "en",
    }
    command = [sys.executable, "-m", "publisher", "status"]
    ran = subprocess.run(
        command, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert ran.returncode == Exit.DONE
    assert "Published: 0" in ran.stdout


def test_vietnamese_passes_through_a_pipe_whatever_the_locale(office: Office) -> None:
    office.post("tin.md", title="Kết quả kiểm soát “thủ tục” ở quận 1")
    strange = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    ran = ended(started(office, "publish", **strange))
    assert ran.status == Exit.DONE
    assert "đăng bài" in ran.out
    ran = ended(started(office, "log", "export", **strange))
    assert "Kết quả kiểm soát “thủ tục” ở quận 1" in ran.out
    ran = ended(started(office, "publish", "khong-co", **strange))
    assert ran.status == Exit.CONTENT
    assert "không có bài nào" in ran.err


def test_a_pipe_gets_lines_and_no_colours(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    office.file("posts/sai.md", "---\ntitle: Một: hai\n---\nChữ.\n")
    ran = ended(started(office, "publish"))
    assert "\x1b" not in ran.out + ran.err
    assert "\r" not in ran.out.replace("\r\n", "\n")


def test_a_reader_that_goes_away_is_no_mistake(office: Office) -> None:
    for number in range(40):
        office.file(f"posts/{number}.md", "---\ntitle: Một: hai\n---\nChữ.\n")
    process = started(office, "check")
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    err = process.stderr.read().decode("utf-8")
    process.wait(timeout=60)
    process.stderr.close()
    assert "Traceback" not in err
    assert "publisher-" not in err  # no report of a mistake


# Nothing that people should not see


def test_a_mistake_of_the_program_is_no_traceback_but_a_file(office: Office) -> None:
    mistake = RuntimeError("hỏng bên trong")
    with patch("publisher.run.look", side_effect=mistake):
        ran = office.run("status")
    assert ran.status == Exit.FAILED
    assert "hỏng bên trong" in unadorned(ran)
    (place,) = re.findall(r"\S*publisher-\S+\.txt", ran.err)
    report = Path(place)
    try:
        assert "RuntimeError: hỏng bên trong" in report.read_text("utf-8")
    finally:
        report.unlink()


@pytest.mark.parametrize("right", [True, False])
def test_a_password_is_never_shown_or_kept(office: Office, site: WordPress, right: bool) -> None:
    user, password = site.passwords["editor"]
    password = password if right else "bimat bimat bimat bimat"
    office.wordpress(site, password=password)
    office.picture("media/ảnh.jpg", (64, 64))
    office.post("tin.md", "![Ảnh](ảnh.jpg)", title="Tin một", tags=["hồ sơ"])
    ran = ended(started(office, "-v", "publish"))
    text = unadorned(ran)
    for arguments in (["site", "check"], ["log", "list"], ["status"]):
        text += unadorned(office.run(*arguments))
    assert "/wp/v2/" in text  # it did show what it does
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    for secret in (password, password.replace(" ", ""), password.split()[0], pair):
        assert secret not in text
        for path in (office.folder / ".publisher").rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()


# Commands one by one


def test_new_then_check_then_publish(office: Office) -> None:
    ran = office.run("new", "Hội nghị “một cửa” & cải cách", "--kind", "bai", "--theme", "ra-soat")
    assert ran.status == Exit.DONE
    (path,) = (office.folder / "posts").rglob("*.md")
    assert path.name == "hoi-nghi-mot-cua-cai-cach.md"
    assert str(path) in ran.out
    assert office.run("check").status == Exit.DONE
    assert office.publish() == []  # still a draft
    text = path.read_text("utf-8")
    path.write_text(text.replace("status: draft", "status: ready"), encoding="utf-8")
    assert office.run("check").status == Exit.DONE
    (outcome,) = office.publish()
    assert outcome["state"] == "done"
    (row,) = export(office)
    assert (row["title"], row["kind"], row["theme"]) == (
        "Hội nghị “một cửa” & cải cách",
        "bai",
        "ra-soat",
    )
    assert office.run("new", "Hội nghị một cửa cải cách").status == Exit.DONE
    assert len(list((office.folder / "posts").rglob("*.md"))) == 2
    assert office.run("new", "Tin", "--theme", "khong-co").status == Exit.CONTENT
    assert office.run("new", "!!!").status == Exit.CONTENT


@pytest.mark.parametrize(
    "form", ["2023/tin", "2023/tin.md", "posts/2023/tin.md", "posts\\2023\\tin.md", "FULL"]
)
def test_a_post_is_named_by_its_key_or_its_file(office: Office, form: str) -> None:
    path = office.post("2023/tin.md", title="Tin một")
    office.post("khac.md", title="Tin khác")
    named = str(path) if form == "FULL" else form
    assert [a["key"] for a in office.plan(named)] == ["2023/tin"]
    assert [o["key"] for o in office.publish(named)] == ["2023/tin"]
    assert [a["key"] for a in office.plan()] == ["khac"]


def test_the_log_is_listed_and_proved(office: Office) -> None:
    ran = office.run("log", "list")
    assert ran.status == Exit.DONE
    assert len(ran.out.splitlines()) == 1  # it says that there is nothing yet
    office.picture("media/ảnh.jpg", (64, 64))
    office.post("tin.md", "![Ảnh](ảnh.jpg)", title="Tin một")
    office.publish()
    entries = office.run("log", "list", "--json").json
    assert {"at", "run", "site", "key", "what", "state", "title", "url"} <= set(entries[0])
    assert [(e["what"], e["state"]) for e in entries] == [("published", "done"), ("upload", "done")]
    assert [
        e["key"] for e in office.run("log", "list", "--key", "posts/tin.md", "--json").json
    ] == ["tin"]
    assert office.run("log", "list", "--site", "khac", "--json").json == []
    assert len(office.run("log", "list", "-n", "1", "--json").json) == 1
    words = office.run("log", "list").out
    assert "anh-" in words  # the picture by its name
    assert office.run("log", "verify").status == Exit.DONE


def test_a_log_that_somebody_changed_is_told(office: Office) -> None:
    import sqlite3

    office.post("tin.md", title="Tin một")
    office.publish()
    path = office.folder / ".publisher/log.sqlite3"
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE publications SET title = 'Tên khác'")
    connection.close()
    ran = office.run("log", "verify")
    assert ran.status == Exit.FAILED
    assert "publications" in unadorned(ran)


def test_the_log_is_exported_for_excel(office: Office, tmp_path: Path) -> None:
    office.post("a.md", title="Tin “A”; có dấu, phẩy", authors=["Nguyễn Văn A", "Trần Thị B"])
    office.post("b.md", title="=1+1", slug="cong", source="+84 254 3852 400")
    office.publish()
    target = tmp_path / "nhật ký.csv"
    ran = office.run("log", "export", "-o", str(target))
    assert (ran.status, str(target) in ran.out) == (Exit.DONE, True)
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))}
    assert rows["a"]["title"] == "Tin “A”; có dấu, phẩy"
    assert rows["a"]["authors"] == "Nguyễn Văn A, Trần Thị B"
    assert rows["a"]["event"] == "published"
    assert rows["a"]["shown_at"].startswith("2023-03-15T08:00:00")
    assert rows["b"]["title"] == "'=1+1"  # a formula is shown, not calculated
    assert rows["b"]["source"].startswith("'+")
    lines = office.run("log", "export").out
    assert [row["key"] for row in csv.DictReader(io.StringIO(lines))] == [
        row["key"] for row in export(office)
    ]
    refused = office.run("log", "export", "-o", str(tmp_path / "khong-co" / "a.csv"))
    assert refused.status == Exit.CONTENT
    unadorned(refused)


def test_withdraw_asks_for_a_post_that_stands_somewhere(office: Office) -> None:
    office.configure('[sites.so-khcn]\nkind = "preview"\n[sites.trung-tam]\nkind = "preview"')
    path = office.post("tin-mot.md", title="Tin một")
    office.publish()
    one = office.run(
        "withdraw", "tin-mot", "--reason", "Đăng nhầm", "--site", "trung-tam", "--json"
    )
    assert [(o["site"], o["state"]) for o in one.json["outcomes"]] == [("trung-tam", "done")]
    assert office.plan() == []
    assert office.run("report", "--year", "2023", "--json").json["by"]["site"] == {"so-khcn": 1}
    ran = office.run("withdraw", "tin-mot", "--reason", "Đăng nhầm", "--site", "khong-co")
    assert ran.status == Exit.CONFIG
    assert "so-khcn" in ran.err
    ran = office.run("withdraw", "tin-mto", "--reason", "Đăng nhầm")
    assert ran.status == Exit.CONTENT
    assert "“tin-mot”" in ran.err
    assert office.run("withdraw", "tin-mot", "--reason", "Đăng nhầm").status == Exit.DONE
    assert path.exists()
    assert office.run("report", "--year", "2023", "--json").json["total"] == 0


def test_withdraw_leaves_alone_what_stands_on_a_site_that_is_no_longer_named(
    office: Office,
) -> None:
    office.configure('[sites.so-khcn]\nkind = "preview"\n[sites.trung-tam]\nkind = "preview"')
    office.post("tin.md", title="Tin một")
    office.publish()
    office.configure('[sites.so-khcn]\nkind = "preview"')
    ran = office.run("withdraw", "tin", "--reason", "Đăng nhầm", "--json")
    assert ran.status == Exit.DONE
    assert [(o["site"], o["state"]) for o in ran.json["outcomes"]] == [("so-khcn", "done")]
    assert office.run("withdraw", "tin", "--reason", "Đăng nhầm").status == Exit.CONTENT
    assert office.plan() == []


# Sites and their passwords


def test_site_check_says_who_we_are(office: Office, site: WordPress) -> None:
    office.wordpress(site, role="author")
    ran = office.run("site", "check")
    assert ran.status == Exit.DONE
    for words in ("so-khcn", "Sở Khoa học và Công nghệ", "WordPress 7.1", "author", site.url):
        assert words in ran.out
    said = office.run("site", "check", "so-khcn", "--json").json["so-khcn"]
    assert said["can"] == ["publish", "tags", "upload"]
    assert (said["user"], said["roles"], said["timezone"]) == (
        "author",
        ["author"],
        "Asia/Ho_Chi_Minh",
    )
    office.wordpress(site, name="trung-tam", url=f"http://127.0.0.1:{free_port()}")
    ran = office.run("site", "check", "--all")
    assert ran.status == Exit.UNREACHABLE
    assert "WordPress 7.1" in ran.out  # the one that answers is told all the same
    assert "trung-tam" in ran.out


def typed(office: Office, secret: str, *arguments: str) -> tuple[int, str]:
    """Run the program on a terminal and type a line; return its status and all one sees."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    process = subprocess.Popen(
        [*command, *arguments],
        env={**os.environ, **office.environ, **NO_KEYRING, "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    sent = False
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
        if not sent and re.search("mật khẩu ứng dụng: $", seen.decode("utf-8", "replace"), re.I):
            os.write(ours, f"{secret}\n".encode())
            sent = True
    os.close(ours)
    return process.wait(timeout=60), seen.decode("utf-8")


@posix
def test_site_login_keeps_a_password_that_works(office: Office, site: WordPress) -> None:
    office.wordpress(site)
    office.environ.clear()
    office.post("tin.md", title="Tin một")
    kept = office.folder / ".publisher/passwords.toml"
    status, seen = typed(office, "sai sai sai", "site", "login", "so-khcn")
    assert status == Exit.UNREACHABLE
    assert "sai sai sai" not in seen
    assert not kept.exists()
    password = site.passwords["editor"][1]
    status, seen = typed(office, password, "site", "login", "so-khcn")
    assert status == Exit.DONE, seen
    assert password not in seen
    assert "editor" in seen
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert office.run("publish", environ=NO_KEYRING).status == Exit.DONE
    assert len(site.posts()) == 1
    kept.chmod(0o644)
    ran = office.run("site", "check", environ=NO_KEYRING)
    assert ran.status == Exit.CONFIG
    assert password not in unadorned(ran)


def test_site_login_of_a_site_without_a_password(office: Office) -> None:
    ran = office.run("site", "login", "preview")
    assert ran.status == Exit.DONE
    assert "preview" in ran.out
