"""Files that would harm whoever opens them: refused by name, and nothing of them is run."""

import builtins
import contextlib
import copyreg
import functools
import io
import os
import pickle
import pickletools
import runpy
import shlex
import struct
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm.models._helpers
import torch
from safetensors.torch import save_file
from torch import nn

from funny.cli import main
from funny.errors import WeightsError
from funny.weights import legacy
from funny.weights.inert import unpickle
from funny.weights.legacy import read_legacy

HUGE = 1 << 40


class Calls:
    """What becomes the result of a call when it is unpickled."""

    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __call__(self):
        raise NotImplementedError("only for the pickler, which wants to see a function")

    def __reduce__(self):
        return self.reduced


@dataclass(frozen=True)
class Stored:
    """A storage that the pickle speaks of, whatever the file holds."""

    length: Any = 4
    key: Any = "0"
    kind: Any = torch.FloatStorage
    place: Any = "cpu"
    of: Any = "storage"
    more: tuple = ()


class Built:
    """A tensor as the pickle builds it."""

    def __init__(self, storage=None, offset=0, shape=(4,), stride=(1,), *more, state=None):
        storage = storage or Stored()
        self.reduced = torch._utils._rebuild_tensor_v2, (storage, offset, shape, stride, *more)
        if state:
            self.reduced = *self.reduced, state

    def __reduce__(self):
        return self.reduced


class _Pickler(pickle.Pickler):
    def persistent_id(self, found):
        if isinstance(found, Stored):
            return (found.of, found.kind, found.key, found.place, found.length, *found.more)
        return None


def pickled(found):
    file = io.BytesIO()
    _Pickler(file, 2).dump(found)
    return file.getvalue()


def write_zip(path, data, numbers=b"\0" * 16, **records):
    """A file as torch.save writes it, but with this pickle and these numbers."""
    records = {"data.pkl": data, "byteorder": b"little", "version": b"3\n", **records}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**records, "data/0": numbers}.items():
            archive.writestr(f"net/{name}", content)
    return path


def refusal(path):
    """The one line that says why a file is not read."""
    with pytest.raises(WeightsError) as refused:
        read_legacy(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert len(message.splitlines()) == 1
    assert message.isprintable()
    assert len(message) < len(str(path)) + 500
    return message


@pytest.fixture
def file(tmp_path):
    return tmp_path / "net.pt"


@pytest.fixture
def canary(tmp_path):
    """What is there as soon as a poison has worked."""
    return tmp_path / "canary"


def touch(canary):
    return f"touch {shlex.quote(str(canary))}"


def shell(canary):
    return Calls(os.system, touch(canary))


def python(canary):
    return f"open({str(canary)!r}, 'w').close()"


# ---- poisons: each writes a file that creates the canary if it is unpickled


def saved(found, protocol=2):
    """A network that torch.save pickles; `found(canary)` is what does the harm."""

    def write(file, canary):
        torch.save(found(canary), file, pickle_protocol=protocol)

    return write


def raw(opcodes):
    """A pickle that no pickler writes."""

    def write(file, canary):
        write_zip(file, opcodes(touch(canary).encode(), canary))

    return write


def in_hooks(canary):
    net = nn.Sequential(nn.Sequential(nn.Linear(1, 1)))
    net[0][0]._forward_hooks[0] = shell(canary)
    return net


def in_buffers(canary):
    net = nn.Sequential(nn.BatchNorm1d(1))
    net[0]._buffers["running_mean"] = shell(canary)
    return net


def in_modules(canary):
    net = nn.Sequential(nn.Linear(1, 1))
    net._modules["1"] = shell(canary)
    return net


def in_attribute(canary):
    net = nn.Linear(1, 1)
    net.padding = [(shell(canary),)]
    return net


def in_tensor(*more):
    """A tensor whose arguments behind `requires_grad` do the harm: hooks, metadata."""
    storage = torch.zeros(4)._typed_storage()
    arguments = (storage, 0, (4,), (1,), False, *more)
    return {"a": Calls(torch._utils._rebuild_tensor_v2, *arguments)}


def in_parameter(canary):
    tensor = torch.zeros(1)
    state = {"x": shell(canary)}
    return Calls(torch._utils._rebuild_parameter_with_state, tensor, False, {}, state)


def in_place(file, canary):
    write_zip(file, pickled({"a": Built(Stored(place=shell(canary)))}))


def in_key(file, canary):
    write_zip(file, pickled({"a": Built(Stored(key=shell(canary)))}))


def by_getattr(canary):
    system = Calls(getattr, Calls(builtins.__import__, "os"), "system")
    return Calls(system, touch(canary))


def by_import(command, canary):
    module = b"c__builtin__\n__import__\n(X%stRq\x00" % text(b"os")
    function = b"c__builtin__\ngetattr\n(h\x00X%stR" % text(b"system")
    return b"\x80\x02" + module + function + b"(X%stR." % text(command)


def second_file(canary):
    """A poisoned file, for poisons that load another one."""
    other = canary.with_name("other.pt")
    torch.save(shell(canary), other)
    return other


def by_torch_load(canary):
    return Calls(functools.partial(torch.load, second_file(canary), weights_only=False))


def by_plain_torch_load(command, canary):
    """With the name under which everyone knows it."""
    where = str(second_file(canary)).encode()
    arguments = b"(X%sX\x03\x00\x00\x00cpucfunny.weights.inert\npickle\n" % text(where)
    return b"\x80\x02ctorch\nload\n" + arguments + b"tR."


def by_hub(canary):
    canary.with_name("hubconf.py").write_text(f"def entry():\n    {python(canary)}\n")
    load = functools.partial(torch.hub.load, str(canary.parent), "entry", source="local")
    return Calls(load)


def by_timm(canary):
    load = timm.models._helpers.load_state_dict
    return Calls(functools.partial(load, str(second_file(canary)), weights_only=False))


def by_script(canary):
    script = canary.with_name("script.py")
    script.write_text(python(canary))
    return Calls(runpy.run_path, str(script))


def text(content):
    """Content behind X, the opcode of a text."""
    return struct.pack("<I", len(content)) + content


def named(module, name):
    """STACK_GLOBAL, which takes names with dots since protocol 4."""
    return b"X%sX%s\x93" % (text(module), text(name))


def by_builtins(command, canary):
    """Every function written in Python knows all builtins; this one lies where layers lie."""
    get = named(b"torch.nn.modules.module", b"Module.__init__.__builtins__.get")
    code = python(canary).encode()
    return b"\x80\x04%s(X%stR(X%stR." % (get, text(b"eval"), text(code))


def in_old_format(which):
    """One of the five pickles of an old file: magic, version, system, network, order."""

    def write(file, canary):
        parts = list(old_parts(nn.Linear(2, 2).state_dict()))
        parts[which] = pickle.dumps(shell(canary), 2)
        file.write_bytes(b"".join(parts))

    return write


def old_parts(network):
    """The pickles of an old file, then its numbers."""
    content = io.BytesIO()
    torch.save(network, content, _use_new_zipfile_serialization=False)
    content.seek(0)
    for _ in range(5):
        start = content.tell()
        list(pickletools.genops(content))
        yield content.getvalue()[start : content.tell()]
    yield content.read()


SYSTEM = "posix.system"
POISONS = [
    pytest.param(saved(shell), SYSTEM, id="whole-file"),
    pytest.param(saved(in_hooks), SYSTEM, id="deep-in-hooks"),
    pytest.param(saved(in_buffers), SYSTEM, id="as-a-buffer"),
    pytest.param(saved(in_modules), SYSTEM, id="as-a-module"),
    pytest.param(saved(in_attribute), SYSTEM, id="in-an-attribute"),
    pytest.param(saved(lambda c: {shell(c): 1}), SYSTEM, id="as-a-key"),
    pytest.param(saved(lambda c: [{"a": (shell(c),)}]), SYSTEM, id="in-containers"),
    pytest.param(saved(lambda c: in_tensor({0: shell(c)})), SYSTEM, id="hooks-of-a-tensor"),
    pytest.param(saved(lambda c: in_tensor({}, shell(c))), SYSTEM, id="metadata-of-a-tensor"),
    pytest.param(saved(in_parameter), SYSTEM, id="state-of-a-parameter"),
    pytest.param(in_place, SYSTEM, id="place-of-a-storage"),
    pytest.param(in_key, SYSTEM, id="key-of-a-storage"),
    pytest.param(saved(lambda c: Calls(eval, python(c))), "__builtin__.eval", id="eval"),
    pytest.param(saved(lambda c: Calls(exec, python(c))), "__builtin__.exec", id="exec"),
    pytest.param(saved(lambda c: Calls(open, c, "w")), "io.open", id="open"),
    pytest.param(saved(by_getattr), "__builtin__.getattr", id="getattr"),
    pytest.param(raw(by_import), "__builtin__.__import__", id="import"),
    pytest.param(
        saved(lambda c: Calls(subprocess.Popen, ["touch", str(c)]), protocol=4),
        "subprocess.Popen",
        id="popen",
    ),
    pytest.param(
        saved(lambda c: Calls(functools.partial(os.system, touch(c)))), SYSTEM, id="partial"
    ),
    pytest.param(saved(by_torch_load), "torch.serialization.load", id="torch.serialization.load"),
    pytest.param(raw(by_plain_torch_load), "torch.load", id="torch.load"),
    pytest.param(saved(by_hub), "torch.hub.load", id="torch.hub.load"),
    pytest.param(saved(by_timm), "timm.models._helpers.load_state_dict", id="timm"),
    pytest.param(saved(by_script), "runpy.run_path", id="runpy"),
    pytest.param(
        saved(lambda c: Calls(pickle.loads, pickle.dumps(shell(c))), protocol=4),
        "_pickle.loads",
        id="pickle",
    ),
    pytest.param(
        raw(lambda command, _: b"\x80\x04%s(X%stR." % (named(b"posix", b"system"), text(command))),
        SYSTEM,
        id="protocol-4",
    ),
    pytest.param(
        raw(
            lambda command, _: (
                b"\x80\x04%s(X%stR." % (named(b"timm.models._hub", b"os.system"), text(command))
            )
        ),
        "timm.models._hub.os.system",
        id="dots-behind-a-module-of-layers",
    ),
    pytest.param(
        raw(by_builtins),
        "torch.nn.modules.module.Module.__init__.__builtins__.get",
        id="dots-behind-a-layer",
    ),
    pytest.param(raw(lambda command, _: b"(S'%s'\niposix\nsystem\n." % command), SYSTEM, id="INST"),
    pytest.param(raw(lambda command, _: b"(cposix\nsystem\nS'%s'\no." % command), SYSTEM, id="OBJ"),
    *(
        pytest.param(in_old_format(which), SYSTEM, id=f"old-format-{name}")
        for which, name in enumerate(("magic", "version", "system", "network", "order"))
    ),
]


def works(file, canary):
    """Whether a poison does harm where pickles are run; the trace of it is removed."""
    with contextlib.suppress(Exception):
        torch.load(file, weights_only=False)
    deadline = time.monotonic() + 10  # Popen waits for nobody
    while not canary.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    canary.unlink()
    return True


@pytest.mark.parametrize(("write", "name"), POISONS)
def test_a_poison_is_refused_and_not_run(write, name, file, canary):
    write(file, canary)
    assert works(file, canary)
    before = sorted(file.parent.iterdir())
    assert f"it asks for {name}, which no network needs" in refusal(file)
    assert sorted(file.parent.iterdir()) == before


@pytest.fixture
def as_extension():
    """os.system by number, as some program may have registered it."""
    copyreg.add_extension("posix", "system", 240)
    yield
    copyreg.remove_extension("posix", "system", 240)


@pytest.mark.usefixtures("as_extension")
@pytest.mark.parametrize(
    "opcode",
    [
        pytest.param(b"\x82\xf0", id="EXT1"),
        pytest.param(b"\x83\xf0\0", id="EXT2"),
        pytest.param(b"\x84\xf0\0\0\0", id="EXT4"),
    ],
)
def test_a_poison_by_number_is_refused(opcode, file, canary):
    write_zip(file, b"%s(S'%s'\ntR." % (opcode, touch(canary).encode()))
    assert works(file, canary)  # Python keeps what the number stood for
    assert "it asks for extension 240, which no network needs" in refusal(file)
    assert not canary.exists()


@pytest.mark.parametrize(
    ("write", "name"), [p for p in POISONS if p.id in ("whole-file", "deep-in-hooks", "popen")]
)
def test_the_command_refuses_a_poison_in_one_line(write, name, file, canary, tmp_path, capsys):
    write(file, canary)
    assert main(["weights", "convert", str(file), "--out", str(tmp_path / "a.safetensors")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"funny: {file}: it asks for {name}, ")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("torch.nn.modules.linear", "", id="no-name"),
        pytest.param("torch.nn", "Linear", id="not-where-layers-lie"),
        pytest.param("torch.nn.modulesX", "Linear", id="almost-where-layers-lie"),
        pytest.param("timm.modelsX.y", "Net", id="almost-timm"),
        pytest.param("torch", "nn.Linear", id="dots"),
        pytest.param("torch.nn.modules.linear", "Linear.forward", id="a-method"),
        pytest.param("torch.nn.modules.module", "register_module_forward_hook", id="a-function"),
        pytest.param("torch.nn.modules.module", "_Hook", id="underscore"),
        pytest.param("timm.models", "load_checkpoint", id="a-function-of-timm"),
        pytest.param("torch.nn.modules.linear", "L" * 200, id="long-name"),
        pytest.param("torch.storage", "_load_from_bytes", id="torch's-own-unpickling"),
        pytest.param("torch.jit", "load", id="torch.jit.load"),
        pytest.param("torch._utils", "_rebuild_wrapper_subclass", id="another-tensor"),
        pytest.param("numpy.core.multiarray", "_reconstruct", id="numpy"),
        pytest.param("builtins", "OrderedDict", id="wrong-module"),
        pytest.param("collections", "set", id="wrong-module-of-set"),
        pytest.param("funny.weights.inert", "StandIn", id="our-own"),
        pytest.param("collections.OrderedDict", "__init__.__globals__", id="globals"),
    ],
)
def test_what_no_network_needs_is_refused_by_name(module, name, file):
    data = b"\x80\x04%s)R." % named(module.encode(), name.encode())
    shown = f"{module}.{name}"[: len(module) + 101]
    assert f"it asks for {shown}, which no network needs" in refusal(write_zip(file, data))


def test_a_name_cannot_write_to_the_terminal(file):
    data = b"\x80\x04%s)R." % named(b"o\x1b[2J\ns", "시\r\u202e".encode())
    assert r"it asks for o\x1b[2J\ns.\uc2dc\r\u202e, which" in refusal(write_zip(file, data))


GLOBALS = (
    *("torch._utils\n_rebuild_tensor_v2", "torch._utils\n_rebuild_parameter", "torch\nSize"),
    *("collections\nOrderedDict", "__builtin__\nset", "torch\nFloatStorage", "torch\ndevice"),
    "torch.nn.modules.linear\nLinear",
)


@pytest.mark.parametrize("found", GLOBALS, ids=lambda found: found.replace("\n", "."))
@pytest.mark.parametrize("slots", [b"%s", b"N%s\x86"], ids=["state", "slots"])
def test_no_pickle_changes_how_the_next_one_is_read(found, slots, file, tmp_path):
    """BUILD sets attributes: of functions their code, of classes their methods."""
    attributes = b"}(%su" % b"".join(
        b"X%sN" % text(name)
        for name in (b"build", b"__code__", b"__call__", b"__init__", b"__setstate__", b"state")
    )
    data = b"\x80\x02c%s\n%sb." % (found.encode(), slots % attributes)
    refusal(write_zip(file, data))
    net = nn.Linear(2, 2)
    torch.save(net, tmp_path / "good.pt")
    found = read_legacy(tmp_path / "good.pt")
    assert torch.equal(found["weight"], net.weight)


def test_a_state_cannot_make_a_layer_another_thing(file):
    net = nn.Linear(2, 2)
    names = ("__class__", "__reduce__", "__dict__", "state", "items", "get")
    net.__dict__.update(dict.fromkeys(names, "os.system"))
    torch.save(net, file)
    found = read_legacy(file)
    assert found.keys() == {"weight", "bias"}
    assert torch.equal(found["bias"], net.bias)


# ---- files that would take all memory, or for ever


def doubled(times=60):
    """A tuple of two tuples of two …, which are one and the same: small until it is walked."""
    found = ("a",)
    for _ in range(times):
        found = (found, found)
    return found


DOUBLED = b"K\x01\x85" + b"2\x86" * 60
DEEP = b"K\x01" + b"\x85" * 300_000
ONE_HASH = b"".join(b"\x8a\x0a%s" % (i * (2**61 - 1)).to_bytes(10, "little") for i in range(50_000))
LONG_LIST = b"]q\0(%se" % (b"K\x01" * 100_000)
LONG_DICT = b"}q\0(%su" % b"".join(b"J%sN" % i.to_bytes(4, "little") for i in range(100_000))


def layers(count):
    return b"".join(b"ctorch.nn.modules.x\nL%d\n" % i for i in range(count))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("opcodes", "reason"),
    [
        pytest.param(b"}%sNs" % DOUBLED, "a tuple for a key", id="SETITEM-doubled"),
        pytest.param(b"}(%sNu" % DOUBLED, "a tuple for a key", id="SETITEMS-doubled"),
        pytest.param(b"(%sNd" % DOUBLED, "a tuple for a key", id="DICT-doubled"),
        pytest.param(b"\x8f(%s\x90" % DOUBLED, "a tuple for a key", id="ADDITEMS-doubled"),
        pytest.param(b"(%s\x91" % DOUBLED, "a tuple for a key", id="FROZENSET-doubled"),
        pytest.param(b"}%sNs" % DEEP, "a tuple for a key", id="deep-key"),
        pytest.param(b"\x8f(%s\x90" % ONE_HASH, "a int for a key", id="all-with-one-hash"),
        pytest.param(DEEP, "holds tuple", id="deep-value"),
        pytest.param(
            b"(%s%st" % (LONG_LIST, b"cbuiltins\nset\nh\0\x85R" * 50_000),
            "holds tuple",
            id="sets-of-one-list",
        ),
        pytest.param(
            b"(%s%st" % (LONG_LIST, b"ccollections\nOrderedDict\nh\0\x85R" * 50_000),
            "TypeError",
            id="dicts-of-one-list",
        ),
        pytest.param(
            b"(%s%st" % (LONG_DICT, b"ccollections\nOrderedDict\n)Rh\0b" * 50_000),
            "holds tuple",
            id="attributes-of-dicts",
        ),
        pytest.param(
            b"(%s%st" % (LONG_LIST, b"ctorch\nSize\nh\0\x85R" * 50_000),
            "100000 dimensions",
            id="sizes-of-one-list",
        ),
        pytest.param(layers(2_000), "more than 1000 kinds of layers", id="classes"),
        pytest.param(b"(" + b"N" * 600_000 + b"t", "more than 500000 steps", id="steps"),
        pytest.param(
            b"\x8b%s%s" % ((1 << 20).to_bytes(4, "little"), b"\x7f" * (1 << 20)),
            "more than 255 bytes",
            id="long-number",
        ),
        pytest.param(b"X\xff\xff\xff\x7fa", "cannot be read", id="text-beyond-the-end"),
        pytest.param(b"B\xff\xff\xff\x7fa", "cannot be read", id="bytes-beyond-the-end"),
        pytest.param(b"\x8e" + b"\xff" * 7 + b"\x7f", "cannot be read", id="bytes-of-all-memory"),
        pytest.param(b"\x95" + b"\xff" * 7 + b"\x7fN", "holds NoneType", id="frame-of-all-memory"),
        pytest.param(b"Nr\xff\xff\xff\x7f", "holds NoneType", id="stored-under-a-large-number"),
        pytest.param(b"N" + b"p2147483647\n", "holds NoneType", id="the-same-as-text"),
        pytest.param(b"I" + b"9" * 100_000 + b"\n", "cannot be read", id="number-as-text"),
    ],
)
def test_a_small_pickle_stays_small(opcodes, reason, file):
    assert reason in refusal(write_zip(file, b"\x80\x04" + opcodes + b"."))


def chained():
    """A module in a module, and so on, all of them twice: 2 to the power of 40."""
    net = nn.Linear(1, 1)
    for _ in range(40):
        net = nn.Sequential(net, net)
    return net


def in_itself():
    net = nn.Sequential()
    net._modules["0"] = net
    return net


def with_many(members, count):
    net = nn.Sequential()
    getattr(net, members).update(dict.fromkeys(map(str, range(count)), None))
    return net


def with_long_names():
    """Many modules that hold the same one, under a name of a megabyte."""
    inner = nn.Linear(1, 1)
    inner._parameters["a" * (1 << 20)] = inner.weight
    return nn.Sequential(*[inner] * 1000)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("network", "reason"),
    [
        pytest.param(in_itself, "too long, or no text", id="holds-itself"),
        pytest.param(chained, "more than 2000 modules", id="doubled-40-times"),
        pytest.param(lambda: with_many("_modules", 3000), "2000 modules", id="many-modules"),
        pytest.param(lambda: with_many("_buffers", 101), "100 tensors in one", id="many-buffers"),
        pytest.param(with_long_names, "too long, or no text", id="long-names"),
        pytest.param(
            lambda: {str(i): torch.zeros(1 << 20) for i in range(33)}, "132 MB", id="large"
        ),
        pytest.param(
            lambda: dict.fromkeys(map(str, range(33)), torch.zeros(1 << 20)),
            "132 MB, more than any",
            id="one-tensor-under-many-names",
        ),
    ],
)
def test_a_network_that_grows_is_refused(network, reason, file):
    torch.save(network(), file)
    assert reason in refusal(file)


# ---- tensors and storages that are not what they claim


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        pytest.param(Built(shape=(5,)), "claims more than its storage", id="too-long"),
        pytest.param(Built(shape=(10**9,), stride=(0,)), "claims more than", id="stride-0"),
        pytest.param(Built(shape=(2, 2, 2), stride=(0, 0, 1)), "claims more than", id="repeated"),
        pytest.param(Built(shape=(HUGE, HUGE), stride=(0, 0)), "claims more than", id="huge"),
        pytest.param(Built(shape=(2**62,) * 9), "not of whole numbers", id="beyond-64-bits"),
        pytest.param(Built(shape=(1,) * 17, stride=(1,) * 17), "17 dimensions", id="dimensions"),
        pytest.param(Built(offset=1), "reaches beyond its storage", id="offset"),
        pytest.param(Built(offset=2**47, shape=(1,)), "reaches beyond", id="far-offset"),
        pytest.param(Built(shape=(2,), stride=(4,)), "reaches beyond", id="stride"),
        pytest.param(Built(offset=-1), "not of whole numbers", id="negative-offset"),
        pytest.param(Built(shape=(-4,)), "not of whole numbers", id="negative-size"),
        pytest.param(Built(stride=(-1,)), "not of whole numbers", id="negative-stride"),
        pytest.param(Built(shape=(-2, -2), stride=(1, 1)), "of whole numbers", id="minus-x-minus"),
        pytest.param(Built(shape=(4.0,)), "not of whole numbers", id="fraction"),
        pytest.param(Built(shape=(True,)), "not of whole numbers", id="true"),
        pytest.param(Built(shape=("4",)), "not of whole numbers", id="text"),
        pytest.param(Built(shape=doubled(), stride=(1, 1)), "of whole numbers", id="doubled"),
        pytest.param(Built(shape=4), "TypeError", id="no-tuple"),
        pytest.param(Built(shape=(2, 2)), "claims more than its storage", id="one-stride-too-few"),
        pytest.param(Built("a"), "built on str, expected a storage", id="no-storage"),
        pytest.param(Built(Built()), "built on TensorWindow, expected", id="on-a-tensor"),
        pytest.param(Built(state={"offset": 3}), "it changes a tensor", id="changed-afterwards"),
        pytest.param(Built(state=(None, {"shape": (9,)})), "it changes a tensor", id="by-slots"),
        pytest.param(Built(Stored(5), shape=(5,)), "16 bytes, expected 20", id="data-too-short"),
        pytest.param(Built(Stored(3), shape=(3,)), "16 bytes, expected 12", id="data-too-long"),
        pytest.param(Built(Stored(HUGE)), "more than any network", id="storage-of-terabytes"),
        pytest.param(
            Built(Stored(kind=torch.DoubleStorage)), "16 bytes, expected 32", id="another-type"
        ),
        pytest.param(Built(Stored(-4), shape=(0,)), "claims more than", id="negative-length"),
        pytest.param(Built(Stored("4")), "no name or no length", id="length-is-text"),
        pytest.param(Built(Stored(key="1")), "no item named 'net/data/1'", id="no-data"),
        pytest.param(Built(Stored(key="../data.pkl")), "no item named", id="key-is-a-path"),
        pytest.param(Built(Stored(key=0)), "no name or no length", id="key-is-a-number"),
        pytest.param(Built(Stored(key=doubled())), "no name or no length", id="key-is-doubled"),
        pytest.param(Built(Stored(of=doubled())), "that is no storage", id="kind-is-doubled"),
        pytest.param(Built(Stored(of="file")), "that is no storage", id="another-kind"),
        pytest.param(Built(Stored(kind="FloatStorage")), "that is no storage", id="type-is-text"),
        pytest.param(Built(Stored(more=(("1", 0, 4),))), "a view of another", id="view"),
    ],
)
def test_a_tensor_must_lie_in_its_storage(tensor, reason, file):
    assert reason in refusal(write_zip(file, pickled({"a": tensor})))


def test_a_tensor_may_be_any_window_on_its_storage(file):
    numbers = np.arange(6, dtype=np.float32)
    tensors = {
        "all": Built(Stored(6), shape=(2, 3), stride=(3, 1)),
        "turned": Built(Stored(6), shape=(3, 2), stride=(1, 3)),
        "last": Built(Stored(6, more=(None,)), offset=5, shape=(), stride=()),
        "none": Built(Stored(6), offset=6, shape=(0, 3), stride=(3, 1)),
    }
    found = read_legacy(write_zip(file, pickled(tensors), numbers.tobytes()))
    assert found["all"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert (found["last"].shape, found["last"].item()) == ((), 5)
    assert found["none"].shape == (0, 3)


@pytest.mark.parametrize(
    "other",
    [Stored(2), Stored(kind=torch.IntStorage)],
    ids=["two-lengths", "two-types"],
)
def test_a_storage_is_one_thing(other, file):
    data = pickled({"a": Built(), "b": Built(other, shape=(1,))})
    assert "a storage has two lengths or types" in refusal(write_zip(file, data))


# ---- archives


GOOD = pickled({"a": Built()})


def with_record(name, content, **how):
    """A good file but for one record."""

    def write(file):
        write_zip(file, GOOD)
        records = {n: c for n, c in records_of(file).items() if n != name}
        with zipfile.ZipFile(file, "w") as archive:
            for other, stored in records.items():
                archive.writestr(other, stored)
            if content is not None:
                archive.writestr(name, content, **how)

    return write


def records_of(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bomb(name):
    """64 MB of zeros in 64 kB."""
    return with_record(name, b"\0" * (1 << 26), compress_type=zipfile.ZIP_DEFLATED)


def script(file):
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), file)


def half(file):
    torch.save(nn.Linear(20, 20), file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def sparse(file):
    with file.open("wb") as opened:
        opened.truncate(legacy.MAX_FILE_BYTES + 1)


def loop(file):
    file.symlink_to(file)


def big_endian_old(file):
    magic, version, system, *rest = old_parts(nn.Linear(2, 2))
    system = system.replace(b"\x88", b"\x89", 1)
    file.write_bytes(b"".join((magic, version, system, *rest)))


def other_order(order):
    """An old file whose fifth pickle is another."""

    def write(file):
        *parts, _, numbers = old_parts(nn.Linear(2, 2))
        file.write_bytes(b"".join((*parts, pickle.dumps(order, 2), numbers)))

    return write


def of_bytes(content):
    return lambda file: file.write_bytes(content)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("write", "reason"),
    [
        pytest.param(lambda file: None, "No such file", id="missing"),
        pytest.param(Path.mkdir, "Is a directory", id="folder"),
        pytest.param(loop, "symbolic links", id="link-to-itself"),
        pytest.param(of_bytes(b""), "cannot be read as a PyTorch file", id="empty"),
        pytest.param(of_bytes(b"\0"), "cannot be read as a PyTorch file", id="zero"),
        pytest.param(of_bytes(b"hello\n"), "cannot be read as a PyTorch file", id="text"),
        pytest.param(of_bytes(b"<!DOCTYPE html>\n"), "cannot be read as a PyTorch", id="html"),
        pytest.param(
            of_bytes(b"version https://git-lfs.github.com/spec/v1\n"), "cannot be", id="lfs-pointer"
        ),
        pytest.param(of_bytes(pickle.dumps(1)), "it is no PyTorch file", id="a-pickle"),
        pytest.param(of_bytes(pickle.dumps({})), "it is no PyTorch file", id="a-pickled-dict"),
        pytest.param(
            of_bytes(b"\x80\4\x95%sN." % (1 << 36).to_bytes(8, "little")),
            "PyTorch file",
            id="frame-of-64-gb",
        ),
        pytest.param(of_bytes(b"PK\3\4"), "BadZipFile", id="only-the-head-of-a-zip"),
        pytest.param(half, "BadZipFile", id="half-a-zip"),
        pytest.param(sparse, "128 MB, more than any network", id="too-large"),
        pytest.param(
            lambda file: save_file({"a": torch.zeros(9)}, file), "cannot be read", id="safetensors"
        ),
        pytest.param(script, "it asks for __torch__", id="torchscript"),
        pytest.param(with_record("net/data.pkl", None), "no item named 'data.pkl'", id="no-pickle"),
        pytest.param(with_record("net/data.pkl", b""), "cannot be read", id="empty-pickle"),
        pytest.param(with_record("net/data/0", None), "no item named 'net/data/0'", id="no-data"),
        pytest.param(with_record("net/data/0", b""), "0 bytes, expected 16", id="empty-data"),
        pytest.param(with_record("net/byteorder", b"big"), "big-endian", id="big-endian"),
        pytest.param(with_record("net/byteorder", b""), "big-endian", id="no-endian"),
        pytest.param(bomb("net/data.pkl"), "net/data.pkl is compressed", id="bomb-as-pickle"),
        pytest.param(bomb("net/data/0"), "net/data/0 is compressed", id="bomb-as-data"),
        pytest.param(bomb("net/byteorder"), "net/byteorder is compressed", id="bomb-as-byteorder"),
        pytest.param(big_endian_old, "big-endian", id="old-format-big-endian"),
        pytest.param(other_order([]), "cannot be read", id="old-format-no-order"),
        pytest.param(other_order(None), "in which order", id="old-format-order-is-none"),
        pytest.param(other_order([1]), "in which order", id="old-format-order-of-numbers"),
        pytest.param(other_order([doubled()]), "in which order", id="old-format-order-doubled"),
        pytest.param(other_order(["9"]), "cannot be read", id="old-format-unknown-storage"),
    ],
)
def test_what_is_no_network_is_refused(write, reason, file):
    write(file)
    assert reason in refusal(file)


def test_a_zip_may_lack_what_older_torch_did_not_write(file):
    with_record("net/byteorder", None)(file)
    assert read_legacy(file)["a"].tolist() == [0, 0, 0, 0]


def test_unpickling_stops_behind_the_pickle():
    file = io.BytesIO(pickle.dumps([1]) + pickle.dumps([2]) + b"rest")
    assert (unpickle(file), unpickle(file), file.read()) == ([1], [2], b"rest")


# ---- damage


@pytest.fixture(params=[True, False], ids=["zip", "old-format"])
def good(request, file):
    """A small network, whole."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    torch.save(net, file, _use_new_zipfile_serialization=request.param)
    return file


@pytest.mark.parametrize("part", range(20))
def test_a_part_of_a_file_is_no_file(part, good):
    content = good.read_bytes()
    good.write_bytes(content[: len(content) * part // 20 or 1])
    refusal(good)


@pytest.mark.parametrize("missing", [1, 2, 8])
def test_the_last_bytes_are_missed(missing, good):
    good.write_bytes(good.read_bytes()[:-missing])
    refusal(good)


def damaged(content, seed):
    """With one byte changed, somewhere."""
    random = np.random.default_rng(seed)
    damaged = bytearray(content)
    damaged[random.integers(len(content))] ^= int(random.integers(1, 256))
    return bytes(damaged)


def damaged_pickles(file):
    """A file 200 times, each time with another byte of its pickle changed."""
    if zipfile.is_zipfile(file):
        records = records_of(file)
        [name] = [name for name in records if name.endswith("data.pkl")]
        for seed in range(200):
            with zipfile.ZipFile(file, "w") as archive:
                for other, stored in records.items():
                    archive.writestr(other, damaged(stored, seed) if other == name else stored)
            yield seed
    else:
        content = file.read_bytes()
        for seed in range(200):
            file.write_bytes(damaged(content, seed))
            yield seed


def test_a_damaged_pickle_is_refused_or_gives_tensors(good):
    refused = 0
    for _ in damaged_pickles(good):
        try:
            found = read_legacy(good)
        except WeightsError as error:
            assert str(error).isprintable()
            refused += 1
        else:
            assert all(type(name) is str for name in found)
            assert all(type(tensor) is torch.Tensor for tensor in found.values())
    assert 50 < refused < 200
