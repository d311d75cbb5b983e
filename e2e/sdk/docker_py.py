"""What programs do with docker-py; DOCKER_HOST names the server. Ends with `all is well`, or by an assertion."""
import io
import tarfile
import threading

import docker

client = docker.from_env(version="auto")


def same(found, wanted):
    assert found == wanted, f"{found!r} is not {wanted!r}"


def life():
    same(client.ping(), True)
    same(client.containers.run("base:1", ["echo", "once"], remove=True), b"once\n")
    try:
        client.containers.run("base:1", ["sh", "-c", "echo bad >&2; exit 5"], remove=True)
    except docker.errors.ContainerError as error:
        same((error.exit_status, error.stderr), (5, b"bad\n"))
    else:
        raise AssertionError("an exit code was not told")
    script = "echo begun; trap 'echo ended; exit 0' TERM; while :; do sleep 0.1; done"
    container = client.containers.run("base:1", ["sh", "-c", script], name="py", labels={"of": "py"}, detach=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(container.logs(stream=True, follow=True)))
    reader.start()
    same([one.name for one in client.containers.list(filters={"label": "of=py"})], ["py"])
    next(container.stats(decode=True))
    container.pause()
    container.reload()
    same(container.status, "paused")
    container.unpause()
    container.stop(timeout=20)
    same(container.wait()["StatusCode"], 0)
    reader.join(20)
    same(b"".join(lines), b"begun\nended\n")
    container.rename("py-2")
    client.containers.get("py-2").remove()
    try:
        client.containers.get("py-2")
    except docker.errors.NotFound as error:
        same(error.explanation, "No such container: py-2")
    else:
        raise AssertionError("a removed container was found")
    try:
        client.images.get("nope:1")
    except docker.errors.ImageNotFound:
        return
    raise AssertionError("an image that is not there was found")


def commands():
    container = client.containers.run("base:1", detach=True)
    same(tuple(container.exec_run(["sh", "-c", "echo out; exit 6"])), (6, b"out\n"))
    both = container.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)
    same(both.output, (b"out\n", b"err\n"))
    made = client.api.exec_create(container.id, ["cat"], stdin=True)
    channel = client.api.exec_start(made["Id"], socket=True)
    channel._sock.sendall(b"typed\n")
    frame = channel.read(8 + 6)
    same(frame, b"\x01\0\0\0\0\0\0\x06typed\n")
    channel._sock.close()
    put = io.BytesIO()
    with tarfile.open(fileobj=put, mode="w") as tar:
        member = tarfile.TarInfo("f")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"text"))
    same(container.put_archive("/tmp", put.getvalue()), True)
    chunks, stat = container.get_archive("/tmp/f")
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        same((stat["size"], tar.extractfile("f").read()), (4, b"text"))
    same(container.commit("made", "2").tags, ["made:2"])
    client.images.remove("made:2")
    container.remove(force=True)


def attach():
    container = client.containers.create("base:1", ["cat"], stdin_open=True)
    channel = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    container.start()
    channel._sock.sendall(b"hello\n")
    same(channel.read(8 + 6), b"\x01\0\0\0\0\0\0\x06hello\n")
    channel._sock.close()
    container.remove(force=True)


def objects():
    network = client.networks.create("py-net", driver="bridge", labels={"of": "py"})
    volume = client.volumes.create("py-data")
    container = client.containers.run("base:1", network="py-net", volumes={"py-data": {"bind": "/d", "mode": "rw"}}, detach=True)
    network.reload()
    same([one.id for one in network.containers], [container.id])
    network.disconnect(container)
    network.connect(container, aliases=["again"])
    try:
        volume.remove()
    except docker.errors.APIError as error:
        same(error.status_code, 409)
    else:
        raise AssertionError("a used volume was removed")
    container.remove(force=True)
    network.remove()
    volume.remove()
    kinds = {(one["Type"], one["Action"]) for one in client.events(decode=True, since=1, until=docker_now())}
    for wanted in [("container", "start"), ("network", "connect"), ("volume", "mount"), ("container", "destroy")]:
        assert wanted in kinds, f"no event {wanted}"


def docker_now():
    # Whole seconds: what happened in this one must be among the answers.
    import time

    return int(time.time()) + 1


life()
commands()
attach()
objects()
print("all is well")
