"""The container's files fit each other and the service."""

import copy
import re

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from service.settings import Settings
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))["services"]["events"]
MANIFESTS = {m["kind"]: m for m in yaml.safe_load_all((ROOT / "docker" / "kubernetes.yaml").read_text(encoding="utf-8"))}
POD = MANIFESTS["Deployment"]["spec"]["template"]
CONTAINER = POD["spec"]["containers"][0]
KUBERNETES = "1.37"  # whose schemas; each kind is stable since 1.23


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_fits_its_schema(kind):
    kubernetes_validate.validate(MANIFESTS[kind], KUBERNETES, strict=True)
    wrong = copy.deepcopy(MANIFESTS[kind])
    wrong["spec"]["misspelt"] = 1
    with pytest.raises(kubernetes_validate.ValidationError, match="misspelt"):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_the_compose_file_fits_its_specification():
    text = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    PyCompose.from_yaml(text).validate()
    for right, wrong in (("read_only:", "readonly:"), ("memory: 3g", "memory: much"), ("networks: [inside]", "networks: [outside]")):
        assert right in text
        with pytest.raises(ValueError, match=r"\w"):
            PyCompose.from_yaml(text.replace(right, wrong)).validate()


def test_one_user_and_a_read_only_root_everywhere():
    uid = re.search(r"^USER (\d+):", DOCKERFILE, flags=re.M)[1]
    assert int(uid) == POD["spec"]["securityContext"]["runAsUser"]
    assert COMPOSE["user"].startswith(uid + ":")
    assert COMPOSE["read_only"] is CONTAINER["securityContext"]["readOnlyRootFilesystem"] is True
    assert COMPOSE["cap_drop"] == CONTAINER["securityContext"]["capabilities"]["drop"] == ["ALL"]


def test_what_is_written_lies_in_memory():
    mounted = {m["mountPath"]: m["name"] for m in CONTAINER["volumeMounts"]}
    memory = {v["name"] for v in POD["spec"]["volumes"] if v["emptyDir"]["medium"] == "Memory"}
    metrics = {e["name"]: e["value"] for e in CONTAINER["env"]}["PROMETHEUS_MULTIPROC_DIR"]
    assert mounted["/tmp"] in memory
    assert mounted[metrics] in memory
    assert COMPOSE["environment"]["PROMETHEUS_MULTIPROC_DIR"] in {t.split(":")[0] for t in COMPOSE["tmpfs"]}


def test_probes_ask_for_routes_that_exist(client):
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert client.get(CONTAINER[probe]["httpGet"]["path"]).status_code == 200


def test_a_stop_has_the_time_that_the_service_takes():
    graceful = int(
        re.search(r"^graceful_timeout = (\d+)", (ROOT / "docker" / "gunicorn.conf.py").read_text(encoding="utf-8"), flags=re.M)[1]
    )
    assert int(COMPOSE["stop_grace_period"].rstrip("s")) > graceful
    assert POD["spec"]["terminationGracePeriodSeconds"] > graceful + 5


def test_settings_are_known():
    known = {name.upper() for name in Settings.__dataclass_fields__} | {"PROMETHEUS_MULTIPROC_DIR"}
    assert {e["name"] for e in CONTAINER["env"]} | set(COMPOSE["environment"]) <= known


def test_selectors_find_the_pods():
    labels = POD["metadata"]["labels"]
    assert MANIFESTS["Service"]["spec"]["selector"] == labels
    assert MANIFESTS["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    assert MANIFESTS["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == MANIFESTS["Deployment"]["metadata"]["name"]


@pytest.mark.parametrize(("wanted", "lock"), [("requirements.txt", "requirements.lock"), ("docker/tools.txt", "docker/tools.lock")])
def test_the_lock_holds_every_pin_with_hashes(wanted, lock):
    pins = set(re.findall(r"^[a-z][\w.-]*==[\w.+-]+", (ROOT / wanted).read_text(encoding="utf-8"), flags=re.M))
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = set(re.findall(r"^[a-z][\w.-]*==[\w.+-]+", text, flags=re.M))
    assert {pin for pin in pins - locked if not pin.startswith("torch==")} == set(), "run `make lock`"
    blocks = re.split(r"^(?=[a-z])", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    torch = [pin.removeprefix("torch==") for pin in pins if pin.startswith("torch==")]
    assert all(f'version = "{version}"' in (ROOT / "docker" / "lock.toml").read_text(encoding="utf-8") for version in torch)
