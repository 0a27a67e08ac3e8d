from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.errors import EnvironmentFault, ToolError
from tools.sandbox import bwrap, processes
from tools.sandbox.folder import OwnFolder
from tools.shell import Profile, Shell, ShellSettings, sandbox_status

REPOSITORY = Path(__file__).parents[3]
needs_bwrap = pytest.mark.skipif(bwrap.isolation().program is None, reason=bwrap.isolation().reason)
SERVER = "python3 -u -m http.server {port} --bind 127.0.0.1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "wörk späce"
    folder.mkdir()
    return folder


@pytest.fixture(params=[pytest.param(True, marks=needs_bwrap, id="bwrap"), pytest.param(False, id="bare")])
def shell(request: pytest.FixtureRequest, root: Path) -> Iterator[Shell]:
    with Shell(ShellSettings(root=root, sandbox=request.param)) as shell:
        yield shell


@pytest.fixture
def sandboxed(root: Path) -> Iterator[Shell]:
    with Shell(ShellSettings(root=root)) as shell:
        yield shell


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def answers(shell: Shell, port: int) -> bool:
    try:
        return shell.request("GET", f"http://127.0.0.1:{port}/").status == 200
    except ToolError:
        return False


def running(word: str) -> list[str]:
    return [line for pid in processes.table() if word in (line := processes.name(pid))]


class TestOneCommand:
    def test_output_and_exit_code_are_those_of_the_command(self, shell: Shell) -> None:
        result = shell.run("echo out; echo err >&2; exit 3")

        assert (result.output, result.exit_code, result.timed_out) == ("out\nerr\n", 3, False)
        assert result.output_sha256 == hashlib.sha256(b"out\nerr\n").hexdigest()
        assert result.profile == ("offline" if shell.sandboxed else "unsandboxed")
        assert result.sandboxed is shell.sandboxed

    def test_pipes_here_documents_and_lists_work_as_in_a_shell(self, shell: Shell) -> None:
        result = shell.run("cat <<'EOF' | tr a-z A-Z && test 1 = 2 || echo no\nwords\nEOF")

        assert result.output == "WORDS\nno\n"

    def test_an_argument_list_is_not_read_by_a_shell(self, shell: Shell) -> None:
        assert shell.run(["echo", "$HOME", "a b"]).output == "$HOME a b\n"

    def test_commands_start_in_the_root_or_below_it(self, shell: Shell, root: Path) -> None:
        (root / "inner").mkdir()

        assert shell.run("pwd").output == f"{root}\n"
        assert shell.run("pwd", cwd=Path("inner")).output == f"{root}/inner\n"

    def test_what_does_not_start_is_told_and_not_raised(self, shell: Shell) -> None:
        program, folder = shell.run(["no-such-program"]), shell.run("pwd", cwd=Path("no-such-folder"))

        assert (program.exit_code, folder.exit_code) == (127, 127)
        assert "no-such-program" in program.output
        assert "no-such-folder" in folder.output

    @pytest.mark.parametrize("command", ["echo \0", "echo \ud800"])
    def test_a_command_that_cannot_be_one_is_told_and_harms_nothing(self, shell: Shell, command: str) -> None:
        assert shell.run(command).exit_code == 127
        assert shell.run("echo next").output == "next\n"

    def test_standard_input_is_empty(self, shell: Shell) -> None:
        assert shell.run("cat; read line; echo read ended with $?").output == "read ended with 1\n"

    def test_a_signal_is_told_the_way_shells_do(self, shell: Shell) -> None:
        assert shell.run("kill -SEGV $$").exit_code == 128 + signal.SIGSEGV

    def test_output_that_is_not_text_is_replaced_and_hashed_as_it_was(self, shell: Shell) -> None:
        result = shell.run(r"printf 'a\377\000b'")

        assert result.output == "a\ufffd\0b"
        assert result.output_sha256 == hashlib.sha256(b"a\xff\0b").hexdigest()

    def test_a_command_longer_than_an_argument_may_be_runs(self, shell: Shell, root: Path) -> None:
        text = "é" * 200_000

        result = shell.run(f"cat > big.txt <<'EOF'\n{text}\nEOF\nwc -m < big.txt; cat")

        assert (result.output.strip(), result.exit_code) == ("200001", 0)
        assert (root / "big.txt").read_text("utf-8") == text + "\n"

    def test_several_threads_take_turns(self, shell: Shell) -> None:
        outputs: dict[int, str] = {}
        threads = [
            threading.Thread(target=lambda n=n: outputs.update({n: shell.run(f"echo {n}").output})) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert outputs == {n: f"{n}\n" for n in range(8)}


class TestLongOutput:
    def test_head_and_tail_are_kept(self, shell: Shell) -> None:
        result = shell.run("seq 1 100000", cap=1000)

        assert result.output.startswith("1\n2\n3\n")
        assert result.output.endswith("\n99999\n100000\n")
        assert "bytes left out" in result.output
        assert len(result.output) < 1100
        whole = "".join(f"{n}\n" for n in range(1, 100_001)).encode()
        assert result.output_sha256 == hashlib.sha256(whole).hexdigest()

    def test_output_of_exactly_the_cap_is_whole(self, shell: Shell) -> None:
        assert shell.run("printf 0123456789", cap=10).output == "0123456789"
        assert shell.run("printf 0123456789A", cap=10).output == "01234\n[... 1 bytes left out ...]\n6789A"

    def test_output_without_end_fills_no_memory(self, shell: Shell) -> None:
        result = shell.run("yes | head -c 300000000; grep VmHWM /proc/$PPID/status", cap=2000)

        peak_kilobytes = int(result.output.split("VmHWM:")[1].split()[0])
        assert peak_kilobytes < 100_000


class TestTimeOut:
    def test_the_command_is_ended_and_what_it_printed_is_kept(self, shell: Shell) -> None:
        result = shell.run("echo begun; sleep 1000; echo never", timeout=0.5)

        assert (result.output, result.exit_code, result.timed_out) == ("begun\n", None, True)

    def test_children_that_left_the_session_and_ignore_sigterm_are_ended(self, shell: Shell, tmp_path: Path) -> None:
        mark = f"1{os.getpid()}{tmp_path.name[-1:].encode().hex()}.75"
        inner = f"trap '' TERM; sleep {mark}"

        shell.run(f'setsid bash -c "{inner}" & (setsid -f sleep {mark} &) ; {inner}', timeout=0.5)

        assert eventually(lambda: not running(f"sleep {mark}"))

    def test_servers_of_earlier_commands_live_on(self, shell: Shell) -> None:
        port = shell.free_port()
        shell.run(SERVER.format(port=port) + " >/dev/null 2>&1 &")
        assert eventually(lambda: answers(shell, port))

        shell.run("sleep 1000", timeout=0.2)

        assert answers(shell, port)


class TestBackground:
    def test_a_server_started_in_one_command_serves_the_next_and_is_reaped(self, shell: Shell) -> None:
        port = shell.free_port()
        started = shell.run(SERVER.format(port=port) + " & echo started")

        assert started.output == "started\n"
        assert eventually(lambda: answers(shell, port))
        asked = shell.run(
            f"python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}').status)\""
        )
        assert asked.output == "200\n"
        assert any("http.server" in name for name in shell.reap())
        assert not answers(shell, port)
        assert shell.reap() == []

    def test_a_server_that_keeps_printing_is_not_stopped_by_it(self, shell: Shell, root: Path) -> None:
        shell.run("(for i in $(seq 1 20000); do echo $i some words of log; done; touch finished) &")

        assert eventually((root / "finished").exists)

    def test_children_in_sessions_of_their_own_are_reaped(self, shell: Shell) -> None:
        shell.run("(setsid -f sleep 1234.5 &); setsid bash -c 'trap \"\" TERM; sleep 2345.6' & sleep 0.2")

        ended = " ".join(shell.reap())

        assert "1234.5" in ended
        assert "2345.6" in ended
        assert shell.run("ps -e -o args | grep -E '[s]leep (1234|2345)'").output == ""


class TestSpawn:
    def test_a_server_is_watched_asked_and_stopped(self, shell: Shell) -> None:
        port = shell.free_port()
        server = shell.spawn(SERVER.format(port=port))
        assert eventually(lambda: answers(shell, port))

        reply = shell.request("GET", f"http://localhost:{port}/none?x=1", headers={"X-Test": "1"})

        assert reply.status == 404
        assert reply.headers["server"].startswith("SimpleHTTP")
        assert b"File not found" in reply.body
        assert server.poll() is None
        assert eventually(lambda: "GET /none?x=1" in server.output())
        assert "SIGTERM" in server.stop()
        assert server.poll() == 128 + signal.SIGTERM

    def test_a_server_that_ignores_sigterm_is_killed_and_that_is_said(self, shell: Shell) -> None:
        server = shell.spawn("trap '' TERM; echo up; while true; do sleep 0.05; done")
        assert eventually(lambda: "up" in server.output())

        assert "ignored SIGTERM" in server.stop(grace=0.3)
        assert server.poll() == 128 + signal.SIGKILL

    def test_a_server_that_ends_by_itself_is_told_with_its_output(self, shell: Shell) -> None:
        server = shell.spawn("echo cannot bind; exit 4")

        assert eventually(lambda: server.poll() == 4)
        assert server.output() == "cannot bind\n"
        assert "by itself with exit code 4" in server.stop()

    def test_a_long_log_is_cut_in_its_middle(self, shell: Shell) -> None:
        server = shell.spawn("seq 1 100000; echo the end")
        assert eventually(lambda: "the end" in server.output())

        log = server.output(cap=500)

        assert log.startswith("1\n2\n")
        assert log.endswith("the end\n")
        assert len(log) < 600

    def test_a_request_to_nobody_is_an_error_the_model_may_mend(self, shell: Shell) -> None:
        with pytest.raises(ToolError, match="refused"):
            shell.request("GET", f"http://127.0.0.1:{shell.free_port()}/")

    def test_a_server_that_never_answers_is_not_waited_for(self, shell: Shell) -> None:
        port = shell.free_port()
        listen = f"import socket, time; s = socket.create_server(('', {port})); print('up'); time.sleep(99)"
        server = shell.spawn(f'python3 -u -c "{listen}"')
        assert eventually(lambda: "up" in server.output())

        with pytest.raises(ToolError, match="timed out"):
            shell.request("GET", f"http://127.0.0.1:{port}/", timeout=0.3)

    @pytest.mark.parametrize("url", ["http://example.org/", "https://localhost/", "ftp://localhost/"])
    def test_only_servers_inside_are_asked(self, shell: Shell, url: str) -> None:
        with pytest.raises(ToolError, match="inside"):
            shell.request("GET", url)


class TestEnvironment:
    def test_nothing_but_the_allow_list_reaches_a_command(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in (
            "OPENAI_API_KEY",
            "GITHUB_TOKEN",
            "PYTHONPATH",
            "VIRTUAL_ENV",
            "PGPASSWORD",
            "DATABASE_URL",
        ):
            monkeypatch.setenv(name, "foreign")

        seen = dict(line.split("=", 1) for line in shell.run("env").output.splitlines())

        assert "foreign" not in seen.values()
        assert seen["PYTHONDONTWRITEBYTECODE"] == "1"
        assert "PYTHONPATH" not in seen

    def test_our_own_virtual_environment_is_not_on_the_path(self, shell: Shell) -> None:
        own = str(Path(sys.prefix) / "bin")

        assert own not in shell.run("echo $PATH").output.strip().split(":")

    def test_settings_and_the_single_command_add_to_it(self, root: Path) -> None:
        settings = ShellSettings(root=root, env={"ONE": "1", "TWO": "1"}, path_prepend=(root / "bin",))
        with Shell(settings) as shell:
            output = shell.run('echo $ONE $TWO; echo "$PATH"', env={"TWO": "2"}).output
            shell.update(env={"ONE": "3"})
            later = shell.run("echo $ONE $TWO").output

        assert output.startswith(f"1 2\n{root}/bin:")
        assert later == "3\n"


class TestSurvival:
    def test_killing_the_parent_of_a_command_hangs_nothing(self, shell: Shell) -> None:
        result = shell.run("sleep 1000 & kill -9 $PPID; echo still here", timeout=30.0)

        if shell.sandboxed:
            assert result.output == "still here\n"
        else:
            assert result.exit_code is None
            assert "fresh sandbox" in result.output
        assert shell.run("echo next").output == "next\n"

    def test_a_sandbox_that_is_killed_is_replaced_and_that_is_said(self, shell: Shell) -> None:
        server = shell.spawn("sleep 1000")
        supervisor = shell._ready()._process
        supervisor.kill()
        supervisor.wait()

        assert shell.run("echo next").output == "next\n"
        assert server.poll() is not None
        assert "gone" in server.stop()

    def test_an_interrupt_ends_the_command_and_leaves_the_shell_usable(self, shell: Shell, root: Path) -> None:
        shell.run("true")
        main = threading.main_thread().ident
        assert main is not None

        def interrupt() -> None:
            eventually((root / "begun").exists)
            signal.pthread_kill(main, signal.SIGINT)

        # a suite that was started in the background inherits SIGINT as ignored
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        watcher = threading.Thread(target=interrupt)
        watcher.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                shell.run("touch begun; sleep 1000.25")
        finally:
            watcher.join()
            signal.signal(signal.SIGINT, before)

        assert shell.run("ps -e -o args | grep '[s]leep 1000.25'").output == ""

    def test_nothing_outlives_our_process_when_it_is_killed(self, shell: Shell, root: Path) -> None:
        mark = f"{os.getpid()}77.{int(shell.sandboxed)}"
        script = textwrap.dedent(f"""
            import sys
            from pathlib import Path
            sys.path.insert(0, {str(REPOSITORY)!r})
            from tools.shell import Shell, ShellSettings
            shell = Shell(ShellSettings(root=Path({str(root)!r}), sandbox={shell.sandboxed}))
            shell.run("sleep {mark} & setsid -f sleep {mark}; (trap '' TERM HUP; sleep {mark}) &")
            shell.spawn("sleep {mark}")
            print("ready", flush=True)
            shell.run("sleep {mark}")
        """)
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as ours:
            assert ours.stdout is not None
            assert ours.stdout.readline() == b"ready\n"
            assert eventually(lambda: len(running(f"sleep {mark}")) >= 4)
            ours.kill()

        assert eventually(lambda: not running(f"sleep {mark}"))

    def test_private_files_of_a_killed_process_are_removed_by_the_next(self, tmp_path: Path) -> None:
        script = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); from tools.sandbox.folder import OwnFolder; "
        script += (
            f"from pathlib import Path; f = OwnFolder('own-', Path({str(tmp_path)!r})); print(f.path, flush=True); "
        )
        with subprocess.Popen([sys.executable, "-c", script + "input()"], stdin=-1, stdout=-1, text=True) as ours:
            assert ours.stdout is not None
            orphan = Path(ours.stdout.readline().strip())
            living = OwnFolder("own-", tmp_path)
            assert orphan.exists()
            ours.kill()

        last = OwnFolder("own-", tmp_path)

        assert not orphan.exists()
        assert living.path.exists()
        living.remove()
        assert list(tmp_path.iterdir()) == [last.path]

    def test_a_shell_outlives_the_thread_that_started_it(self, shell: Shell) -> None:
        starter = threading.Thread(target=lambda: shell.spawn("echo up; sleep 1000"))
        starter.start()
        starter.join()

        assert "sleep 1000" in " ".join(shell.reap())

    @needs_bwrap
    def test_a_workspace_that_is_not_there_is_an_environment_fault(self, root: Path) -> None:
        with Shell(ShellSettings(root=root / "gone")) as shell, pytest.raises(EnvironmentFault, match="gone"):
            shell.run("true")

    def test_a_closed_shell_says_so(self, shell: Shell) -> None:
        shell.close()

        with pytest.raises(EnvironmentFault, match="closed"):
            shell.run("true")


@needs_bwrap
class TestSandbox:
    def test_the_system_is_read_only_and_the_workspace_is_not(self, sandboxed: Shell, root: Path) -> None:
        result = sandboxed.run("touch /etc/x /usr/x /x; touch here && ls")

        assert result.output.count("Read-only file system") == 3
        assert (root / "here").exists()

    def test_home_is_private_and_holds_tool_chains_only(
        self, sandboxed: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = tmp_path / "home"
        for folder in (".ssh", ".pyenv/bin", ".npm", "project"):
            (home / folder).mkdir(parents=True)
            (home / folder / "file").write_text("text")
        monkeypatch.setenv("HOME", str(home))

        listed = sandboxed.run("cd ~ && find . -name file; touch ~/mine && ls ~/mine")

        assert "./.pyenv/bin/file" in listed.output
        assert not {"./.ssh/file", "./project/file"} & set(listed.output.split())
        assert f"{home}/mine" in listed.output
        assert not (home / "mine").exists()

    def test_readable_and_writable_folders_are_what_they_are_called(self, tmp_path: Path, root: Path) -> None:
        readable, writable, neither = tmp_path / "r", tmp_path / "w", tmp_path / "n"
        for folder in (readable, writable, neither):
            folder.mkdir()
            (folder / "file").write_text("text")
        settings = ShellSettings(root=root, readable=(readable, root / "r"), writable=(writable,))

        with Shell(settings) as shell:
            result = shell.run(f"cat {readable}/file {writable}/file; touch {readable}/x {writable}/x; ls {neither}")

        assert result.output.startswith("texttext")
        assert (writable / "x").exists()
        assert not (readable / "x").exists()
        assert "No such file" in result.output

    def test_a_link_put_where_a_writable_folder_was_leads_nowhere(self, tmp_path: Path, root: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (root / "cache").symlink_to(outside)

        with Shell(ShellSettings(root=root, writable=(root / "cache",), readable=(root / "cache",))) as shell:
            shell.run("touch cache/x; echo planted > cache/y")

        assert list(outside.iterdir()) == []

    def test_the_host_is_out_of_sight(self, sandboxed: Shell) -> None:
        result = sandboxed.run("ls -A /tmp /run /var/tmp; ls /proc | grep -c '^[0-9]'; cat /etc/shadow; kill -9 -1")

        assert "archwright-shell" not in result.output
        assert "root:" not in result.output
        assert set(sandboxed.run("ls /run").output.split()) == {"archwright"}

    def test_the_supervisor_cannot_be_traced_or_robbed_of_its_socket(self, sandboxed: Shell) -> None:
        steal = "import os; fd = os.pidfd_open(1); import ctypes; c = ctypes.CDLL(None, use_errno=True);"
        steal += "print([c.syscall(438, fd, n, 0) for n in range(12)])"

        result = sandboxed.run(f"readlink /proc/1/fd/*; cat /proc/1/mem /proc/1/environ; python3 -c '{steal}'")

        assert result.output.count("Permission denied") == 2
        assert "socket:" not in result.output
        assert str([-1] * 12) in result.output

    def test_commands_have_no_capabilities(self, sandboxed: Shell) -> None:
        output = sandboxed.run("grep -E 'Cap(Prm|Eff|Bnd)|NoNewPrivs' /proc/self/status").output

        assert [line.split()[1].lstrip("0") for line in output.splitlines()] == ["", "", "", "1"]

    def test_the_sandbox_knows_its_own_name(self, sandboxed: Shell) -> None:
        ask = "import socket; print(socket.gethostbyname(socket.gethostname()))"

        assert sandboxed.run(["python3", "-c", ask]).output == "127.0.0.1\n"

    @pytest.mark.parametrize("home", ["/", "", "/nonexistent/home"])
    def test_a_user_without_a_home_gets_one(self, root: Path, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", home)

        with Shell(ShellSettings(root=root)) as shell:
            assert shell.run("touch ~/x && ls ~/x").exit_code == 0

    def test_a_program_on_the_path_is_seen_with_its_libraries(
        self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for folder in ("bin", "lib", "data"):
            (tmp_path / "tool" / folder).mkdir(parents=True)
        (tmp_path / "tool" / "lib" / "words").write_text("library\n")
        program = tmp_path / "tool" / "bin" / "some-tool"
        program.write_text('#!/bin/sh\ncat "$(dirname "$0")/../lib/words"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

        with Shell(ShellSettings(root=root)) as shell:
            assert shell.run("some-tool").output == "library\n"

    def test_status_names_what_holds_for_every_profile(self) -> None:
        status = sandbox_status()

        assert set(status) == {profile.value for profile in Profile}
        assert all(text.startswith("bubblewrap") for text in status.values())

    def test_a_folder_of_another_user_is_writable_for_root(self, root: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("needs root")
        (root / "inner").mkdir()
        for folder in (root, root / "inner"):
            os.chown(folder, 1234, 1234)

        with Shell(ShellSettings(root=root)) as shell:
            result = shell.run("echo text > inner/file && cat inner/file")

        assert result.output == "text\n"

    def test_another_user_than_root_gets_a_sandbox_too(self, root: Path) -> None:
        python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
        if os.geteuid() != 0 or python is None:
            pytest.skip("needs root and a system-wide Python")
        version = subprocess.run([python, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True)
        if version.stdout != b"True\n":
            pytest.skip("needs Python 3.11")
        script = textwrap.dedent(f"""
            import os, sys, tempfile
            from pathlib import Path
            sys.path.insert(0, {str(REPOSITORY)!r})
            from tools.shell import Shell, ShellSettings
            with Shell(ShellSettings(root=Path(tempfile.mkdtemp()))) as shell:
                shell.run("sleep 1000 &")
                result = shell.run("id -u; touch x && ls")
                print(result.profile, result.output.split(), shell.reap())
        """)
        result = subprocess.run(
            [python, "-B", "-c", script],
            capture_output=True,
            text=True,
            user=65534,
            group=65534,
            extra_groups=[],
            env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin"},
            cwd="/",
        )

        assert result.stdout == "offline ['65534', 'x'] ['sleep 1000']\n", result.stderr


class TestWithoutBubblewrap:
    def test_commands_run_and_evidence_says_unsandboxed(
        self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else f"/bin/{name}")
        bwrap.isolation.cache_clear()
        try:
            status = sandbox_status()
            with Shell(ShellSettings(root=root)) as shell:
                result = shell.run("echo text")
        finally:
            bwrap.isolation.cache_clear()

        assert (result.output, result.profile, result.sandboxed) == ("text\n", "unsandboxed", False)
        assert all("not installed" in text for text in status.values())

    def test_home_is_a_private_folder(self, root: Path) -> None:
        with Shell(ShellSettings(root=root, sandbox=False)) as shell:
            home = Path(shell.run("cd ~ && pwd").output.strip())
            assert home != Path.home()

        assert not home.exists()
