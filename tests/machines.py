"""Several machines on one: worker hosts, the staff's, nginx in front; in network namespaces of our own, or on ports of this machine."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from program import free_port

import wechat_client as play

ROOT = Path(__file__).parents[1]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
SECRET = "0123456789abcdefghijklmnopqrstuv"
MAIN = """daemon off; worker_processes 2; pid {at}/nginx.pid; error_log {at}/error.log error;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
include {at}/site.conf; }}"""


# Where they stand

class Place(NamedTuple):
    """A machine's address, and the words before a command that runs it there."""

    address: str
    words: tuple[str, ...] = ()


class Ports:
    """All machines are this one, each program on a port of its own: none can be cut off."""

    told = "ports of this machine"
    here = "127.0.0.1"

    def place(self, name: str) -> Place:
        return Place(self.here)


class Namespaces:
    """A namespace for each machine, behind a bridge. Only inside ``apart()``: nothing outside sees them, and all ends with it."""

    told = "network namespaces"
    here = "10.77.0.1"

    def __init__(self) -> None:
        self._numbers, self._names = itertools.count(11), set[str]()
        run("mount", "-t", "tmpfs", "none", "/run")
        Path("/run/netns").mkdir()
        for words in ("link set lo up", "link add lan type bridge", f"addr add {self.here}/24 dev lan", "link set lan up"):
            run("ip", *words.split())

    def place(self, name: str) -> Place:
        if name in self._names:  # of an earlier scene
            run("ip", "link", "del", name)
            run("ip", "netns", "del", name)
        self._names.add(name)
        address = f"10.77.0.{next(self._numbers)}"
        for words in (f"netns add {name}", f"link add {name} master lan up type veth peer name eth0 netns {name}", f"-n {name} addr add {address}/24 dev eth0",
                      f"-n {name} link set eth0 up", f"-n {name} link set lo up"):
            run("ip", *words.split())
        return Place(address, ("nsenter", f"--net=/run/netns/{name}"))

    def cut(self, name: str) -> None:
        """The machine's cable is pulled: what is sent to it is lost, nothing is refused."""
        run("ip", "link", "set", name, "down")

    def join(self, name: str) -> None:
        run("ip", "link", "set", name, "up")

    def sent(self, name: str) -> tuple[int, int]:
        """Bytes that the machine has sent and got."""
        counts = Path("/sys/class/net", name, "statistics")
        if not counts.exists():  # /sys may show another network
            line = next(one for one in Path("/proc/net/dev").read_text().splitlines() if one.strip().startswith(f"{name}:"))
            numbers = line.partition(":")[2].split()
            return int(numbers[0]), int(numbers[8])
        return int((counts / "rx_bytes").read_text()), int((counts / "tx_bytes").read_text())


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def apart() -> list[str]:
    """The command before one that is to run with a network of its own; [] where that is not allowed here."""
    words = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    try:
        tried = subprocess.run([*words, "sh", "-c", "mount -t tmpfs none /run && ip link add lan type bridge"], capture_output=True)
    except OSError:
        return []
    return words if tried.returncode == 0 else []


# What runs there

class Host:
    """One machine's bot, one worker process. With ``DESK="0"`` it follows another one's desk."""

    def __init__(self, folder: Path, name: str, place: Place, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.folder, self.place, self.port = name, folder, place, free_port()
        self.send = play.through_http(self.port, timeout=2, host=place.address)
        self._environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "HOST": place.address,
                         "PORT": str(self.port), "SECRET_KEY": SECRET, **play.PLAIN, **settings}
        self.process: subprocess.Popen | None = None

    def start(self) -> Host:
        with open(self.folder / "log.txt", "ab") as log:
            self.process = subprocess.Popen([*self.place.words, sys.executable, "-m", "serve", "--workers", "1"], cwd=self.folder, env=self._environ,
                                            stdout=log, stderr=log, start_new_session=True)
        return self

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """``flask --app wsgi …`` on this machine."""
        return subprocess.run([*self.place.words, sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=self.folder, env=self._environ, capture_output=True,
                              text=True, timeout=60)

    def kill(self) -> None:
        """All its processes at once, as a machine that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(5)

    def freeze(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.thaw()
            self.kill()

    def ready(self) -> dict:
        """What it says of itself; {} where it says nothing."""
        with contextlib.suppress(OSError, ValueError):
            status, body, _ = self.send("GET", "/health/ready")
            return json.loads(body) if status == 200 else {}
        return {}


class Proxy:
    """nginx with the site in deploy/, before these machines; the one with the desk stands in where all others fail."""

    def __init__(self, folder: Path, hosts: list[Host], staff: Host) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.send = play.through_http(self.port, timeout=5)  # WeChat waits no longer
        (folder / "site.conf").write_text(_site(folder, self.port, hosts, staff))
        (folder / "nginx.conf").write_text(MAIN.format(at=folder))
        self._process = subprocess.Popen([NGINX, "-p", folder, "-e", folder / "start.log", "-c", folder / "nginx.conf"])
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert self._process.poll() is None, (folder / "start.log").read_text()
            time.sleep(0.05)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def _site(folder: Path, port: int, hosts: list[Host], staff: Host) -> str:
    """The site for several machines as docs/scale.md says, on a port of this machine and without TLS; it tells who answered."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    workers = "".join(f"    server {one.place.address}:{one.port};\n" for one in hosts) + f"    server {staff.place.address}:{staff.port} backup;\n"
    for ours, here in (("    server 127.0.0.1:8000;\n", workers), ("server 127.0.0.1:8000;", f"server {staff.place.address}:{staff.port};"),
                       ("proxy_read_timeout 4500ms;", "proxy_read_timeout 2s;"), ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
                       ("listen 80;", f"listen 127.0.0.1:{free_port()};"), ("/var/log/nginx/", f"{folder}/"),
                       ("server_tokens off;", "server_tokens off; add_header X-Answered-By $upstream_addr always;")):
        assert ours in text, ours
        text = text.replace(ours, here, 1)
    return re.sub(r"\n\s*(listen \[::\]|ssl_)[^\n]*", "", text)
