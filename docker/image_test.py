"""Builds the image and runs it, on a machine with neither a container engine's service nor an image registry.

Debian with root and a package mirror is enough: podman builds and runs, a stand-in for the base image is made of Debian's own packages, the
wheels are fetched first and the build has them alone. The container has no network, a read-only root, no capabilities. It proves the
Dockerfile's logic, user, permissions, entry point, health and shutdown, not the official base image.

    python docker/image_test.py [--keep]     # prints one figure a line; exit code 1 where one is wrong

Needs: apt-get install podman runc mmdebstrap ca-certificates curl
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "image"  # wheels and the stand-in stay for the next run
NAME = "event-extraction"
BASE, BUILD_BASE = re.findall(r"^ARG (?:BUILD_)?BASE=(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)
ARTICLE = {
    "text": "Wien - Außenministerin Lena Hofer hat am Montag in Wien ihren Kollegen Gábor Szalai getroffen.",
    "published_at": "2024-03-06",
}
TOOLS = ("podman", "runc", "mmdebstrap", "curl", "nsenter")


def run(*command, **options) -> str:
    """A command's standard output; its own words and exit code 1 where it fails."""
    options = {"stderr": subprocess.PIPE} | options
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, check=False, **options)
    if done.returncode:
        told = (done.stdout + (done.stderr or ""))[-6000:]
        sys.exit(f"{' '.join(str(c) for c in command)[:300]}\n{told}\nfailed with exit code {done.returncode}")
    return done.stdout


def figure(name: str, value) -> None:
    print(f"{name:<28} {value}", flush=True)


def mirror() -> str:
    """The first package mirror of this machine's own apt sources."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(f.read_text() for f in files if f.is_file())
    found = re.search(r"^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+)", text, flags=re.M)
    return found[1] if found else sys.exit("no package mirror in this machine's apt sources")


def base(name: str, *more: str) -> Path:
    """The stand-in for an official base image: Debian with Python 3.11 and `more` packages."""
    archive = CACHE / f"{name}.tar"
    if not archive.exists():
        hooks = [
            'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
            'ln -s /usr/bin/pip3 "$1/usr/local/bin/pip"',
            'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED "$1/etc/resolv.conf" "$1/etc/hostname"',
        ]
        packages = ",".join(("ca-certificates", "netbase", "tzdata", "python3", "python3-venv", "python3-pip", *more))
        part = archive.with_suffix(".part.tar")
        options = [f"--customize-hook={hook}" for hook in hooks]
        command = [
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=minbase",
            f"--include={packages}",
            *options,
            "bookworm",
            part,
            mirror(),
        ]
        run(*command, stdin=subprocess.DEVNULL)
        part.rename(archive)
    return archive


def wheels() -> Path:
    """Every wheel that the build installs, fetched with pip as it is configured here; hashes are checked now and in the build."""
    folder = CACHE / "wheels"
    fetch = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--python-version=3.11",
        "--only-binary=:all:",
        "--dest",
        folder,
    ]
    for lock in ("requirements.lock", "docker/tools.lock"):
        run(*fetch, "--require-hashes", "--requirement", ROOT / lock)
    torch = re.search(r"^torch==\S+", (ROOT / "requirements.txt").read_text(), flags=re.M)[0]
    run(*fetch, torch)
    (CACHE / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    return folder


class Podman:
    """podman with its store in a folder of its own, which no other container shares."""

    def __init__(self, folder: Path):
        places = ["--root", folder / "store", "--runroot", folder / "run", "--tmpdir", folder / "tmp"]
        self.command = ["podman", *places, "--storage-driver", "overlay", "--cgroup-manager", "cgroupfs", "--events-backend", "file"]
        self.command += ["--runtime", "runc"]

    def __call__(self, *arguments) -> str:
        return run(*self.command, *arguments, cwd=ROOT, stderr=subprocess.STDOUT if arguments[0] == "logs" else subprocess.PIPE)

    def quietly(self, *arguments) -> None:
        subprocess.run([str(c) for c in (*self.command, *arguments)], capture_output=True, check=False)


def build(podman: Podman) -> None:
    """The image, with no network: the wheels are a mounted folder."""
    begun = time.monotonic()
    python = "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"
    for image, archive in ((BASE, base("base")), (BUILD_BASE, base("build-base", "binutils"))):
        podman("import", "-c", python, "-c", "ENV LANG=C.UTF-8", archive, image)
    figure("bases made in", f"{time.monotonic() - begun:.0f} s")
    begun = time.monotonic()
    folder = wheels()
    size = sum(f.stat().st_size for f in folder.iterdir())
    figure("wheels fetched in", f"{time.monotonic() - begun:.0f} s ({size / 1e6:.0f} MB)")
    begun = time.monotonic()
    volumes = ["--volume", f"{folder}:/wheels:ro", "--volume", f"{CACHE / 'pip.conf'}:/etc/pip.conf:ro"]
    version = re.search(r'^VERSION = "(.+?)"', (ROOT / "service" / "openapi.py").read_text(encoding="utf-8"), flags=re.M)[1]
    revision = run("git", "rev-parse", "HEAD", cwd=ROOT).strip()
    build_args = ["--build-arg", f"VERSION={version}", "--build-arg", f"REVISION={revision}"]
    podman("build", "--isolation", "chroot", "--format", "docker", "--pull=never", *volumes, *build_args, "--tag", NAME, ".")
    figure("image built in", f"{time.monotonic() - begun:.0f} s")


def check_image(podman: Podman) -> None:
    """Size, user, labels, health check and list of parts."""
    image = json.loads(podman("image", "inspect", NAME))[0]
    standin = json.loads(podman("image", "inspect", BASE))[0]["Size"]
    figure("image size", f"{image['Size'] / 1e9:.2f} GB, of which {standin / 1e9:.2f} GB are the stand-in base")
    config = image["Config"]
    assert config["User"] == "10001:10001", config["User"]
    for name in ("title", "description", "version", "revision", "base.name"):
        figure(f"label {name}", config["Labels"]["org.opencontainers.image." + name])
        assert config["Labels"]["org.opencontainers.image." + name], name
    assert image.get("HealthCheck") or image.get("Healthcheck") or config.get("Healthcheck"), "no HEALTHCHECK"


def within(pid: int, *command) -> str:
    """A command of this machine in the network of the container."""
    return run("nsenter", "--target", pid, "--net", *command)


def check_container(podman: Podman) -> None:
    """Starts, answers, is confined, stops."""
    begun = time.monotonic()
    limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]
    confined = ["--network", "none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
    podman(
        "run",
        "--detach",
        "--name",
        "t",
        "--pull",
        "never",
        *limits,
        *confined,
        "--health-interval",
        "disable",
        "--stop-timeout",
        "30",
        NAME,
    )
    state = json.loads(podman("inspect", "t"))[0]["State"]
    pid = state["Pid"]
    address = "http://127.0.0.1:8000"
    ready = ["nsenter", "--target", str(pid), "--net", "curl", "--silent", "--fail", "--output", "/dev/null", address + "/health/ready"]
    while subprocess.run(ready, check=False).returncode:
        log = podman("logs", "t")
        if time.monotonic() - begun > 240 or "could not be loaded" in log or not Path(f"/proc/{pid}").exists():
            sys.exit(f"never ready:\n{log[-4000:]}")
        time.sleep(0.2)
    figure("ready after", f"{time.monotonic() - begun:.1f} s")
    podman("healthcheck", "run", "t")
    status = Path(f"/proc/{pid}/status").read_text()
    assert re.search(r"^Uid:\s+10001\s+10001\s+10001\s+10001$", status, flags=re.M), "runs as another user"
    assert re.search(r"^CapEff:\s+0+$", status, flags=re.M), "holds capabilities"
    assert re.search(r"^NoNewPrivs:\s+1$", status, flags=re.M), "may gain privileges"
    begun = time.monotonic()
    sent = ["--silent", "--fail", "--header", "Content-Type: application/json", "--data", json.dumps(ARTICLE), address + "/v1/events"]
    answer = json.loads(within(pid, "curl", *sent))
    figure("first answer in", f"{time.monotonic() - begun:.2f} s, {len(answer['events'])} events")
    assert answer["characters_read"] == len(ARTICLE["text"])
    for event in answer["events"]:
        for mention in event["triggers"] + event["evidence"]:
            assert ARTICLE["text"][mention["start"] : mention["end"]] == mention["text"]
    for path in ("/", "/docs", "/openapi.json", "/metrics", "/v1/model"):
        code = within(pid, "curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", address + path)
        figure(f"GET {path}", code)
        assert code == "200" or path == "/", path
    check_parts(podman)
    write = "import pathlib, sys\ntry: pathlib.Path('/app/x').write_text('x')\nexcept OSError: sys.exit(0)\nsys.exit(1)"
    podman("exec", "t", "python", "-c", write)
    memory = sum(int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{p}/smaps_rollup").read_text(), flags=re.M)[1]) for p in children(pid))
    figure("memory (PSS, all processes)", f"{memory / 1e6:.2f} GB")
    begun = time.monotonic()
    podman("stop", "t")
    seconds = time.monotonic() - begun
    code = json.loads(podman("inspect", "t"))[0]["State"]["ExitCode"]
    figure("stopped in", f"{seconds:.1f} s, exit code {code}")
    assert seconds < 30
    assert code == 0, code


def check_parts(podman: Podman) -> None:
    """The SBOM names what is installed, no more and no less, with versions; says what takes the room."""
    found = json.loads(podman("exec", "t", "cat", "/opt/sbom.cdx.json"))
    assert found["bomFormat"] == "CycloneDX", found["bomFormat"]
    parts = {(fold(part["name"]), part["version"]) for part in found["components"]}
    code = "import importlib.metadata as m, json\nprint(json.dumps([(d.metadata['Name'], d.version) for d in m.distributions()]))"
    installed = {(fold(name), version) for name, version in json.loads(podman("exec", "t", "python", "-c", code))}
    figure("parts in the SBOM", f"{len(parts)}, CycloneDX {found['specVersion']}")
    assert parts == installed, parts ^ installed
    assert {"flask", "torch", "gunicorn"} <= {name for name, _ in parts}
    folders = "cd /opt/venv/lib/python3*/site-packages && du -sm /opt/model torch transformers sympy numpy numpy.libs babel . | sort -rn"
    for row in podman("exec", "t", "sh", "-c", folders).splitlines():
        size, _, folder = row.partition("\t")
        figure("  " + ("the other packages" if folder == "." else folder), f"{size} MB")


def fold(name: str) -> str:
    """A package's name as the index knows it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def children(pid: int) -> list[int]:
    """A process and those under it."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += children(int(child))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the image and run it, with no registry and no network.")
    parser.add_argument("--keep", action="store_true", help="leave the image's store for a look; says where")
    args = parser.parse_args()
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        sys.exit(f"missing: {', '.join(missing)}; apt-get install podman runc mmdebstrap ca-certificates curl")
    if os.geteuid():
        sys.exit("wants root, to make the stand-in base and to run podman without an engine's service")
    CACHE.mkdir(parents=True, exist_ok=True)
    store = Path(tempfile.mkdtemp(prefix="image-test-"))
    podman = Podman(store)
    try:
        build(podman)
        check_image(podman)
        check_container(podman)
        print("the image holds")
    finally:
        podman.quietly("rm", "--force", "--time", "5", "t")
        if args.keep:
            print(f"kept in {store}")
        else:
            podman.quietly("rmi", "--all", "--force")
            shutil.rmtree(store, ignore_errors=True)


if __name__ == "__main__":
    main()
