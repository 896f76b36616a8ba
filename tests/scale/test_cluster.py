"""A batch on a real Ray cluster: a head and two more nodes, of which one is killed on the way."""

import os
import shutil
import tempfile

import psutil
import pytest

from funny import store
from funny.errors import OptionError
from funny.scale.batch import batch
from funny.scale.cluster import IN_FLIGHT, Cluster
from funny.scale.ended import DONE, FAILED
from funny.scale.options import BatchOptions
from tests.scale.channel import CHUNK_S, ODD_NAME, OPTIONS, assert_same, by_name, kill

pytest.importorskip("ray")

STORE_BYTES = 80 << 20


@pytest.fixture(scope="module")
def cluster():
    """A head and two nodes of one CPU each."""
    # Its sockets need a short name, which a folder of pytest's has not.
    folder = tempfile.mkdtemp(prefix="ray-")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", folder)
        from ray.cluster_utils import Cluster as Nodes

        how = {"num_cpus": 1, "object_store_memory": STORE_BYTES, "include_dashboard": False}
        nodes = Nodes(initialize_head=True, head_node_args=how)
        for _ in range(2):
            nodes.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
        yield nodes
        nodes.shutdown()
    shutil.rmtree(folder)


def actors(name="ray::Actor"):
    """Pids of the actors of this cluster; a process of Ray is named after what it does."""
    every = psutil.process_iter(["cmdline"])
    return [p.pid for p in every if (p.info["cmdline"] or [""])[0].startswith(name) and is_ours(p)]


def is_ours(process):
    try:
        return process.environ().get("RAY_TMPDIR") == os.environ["RAY_TMPDIR"]
    except psutil.Error:
        return False


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path, channel, monkeypatch):
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    how = BatchOptions(ray="auto")
    with pytest.raises(OptionError, match=r"--ray auto: no cluster can be reached there"):
        batch([channel], tmp_path / "out", OPTIONS, how)


def test_an_actor_has_two_tasks_at_most(cluster, channel):
    team = Cluster(OPTIONS, CHUNK_S, cluster.address, workers=2)
    try:
        while team.room < 2 * IN_FLIGHT:
            team.events(0.5)
        assert team.room == 4
    finally:
        team.close()
    assert actors() == []


def test_an_actor_and_a_node_are_killed_in_mid_run(cluster, channel, whole, tmp_path):
    steps = []

    def break_things(tally):
        if tally.known and not steps:
            if at_work := actors("ray::Actor.do"):
                steps.append("actor")
                kill(at_work[:1])
        elif tally.watched_s and len(steps) == 1:
            steps.append("node")
            node = next(iter(cluster.worker_nodes))
            # A power cut says nothing to anybody.
            cluster.remove_node(node, allow_graceful=False)

    how = BatchOptions(ray=cluster.address, chunk_s=CHUNK_S)
    ended = batch([channel], tmp_path / "out", OPTIONS, how, progress=break_things)
    assert steps == ["actor", "node"]
    states = {name: one.state for name, one in by_name(ended).items()}
    assert states == {"a": DONE, ODD_NAME: DONE, "c": FAILED}
    for one in ended:
        if one.result:
            assert_same(store.load(tmp_path / "out" / one.result.folder), whole[one.result.path])
    assert actors() == []
