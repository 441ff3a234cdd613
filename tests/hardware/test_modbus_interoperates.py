"""Our Modbus driver against an independent server: the one of pymodbus, on the other end of a pseudo-terminal."""

import asyncio
import os
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymodbus.framer import FramerRTU
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from hardware.catalog import display_lines
from hardware.contracts import Device, DeviceSettings, Status
from hardware.simulated.line import SimulatedLine, Unbuffered
from tests.fakes.recorder import Recorder

PRESENT = (1, 3)
Writes = Recorder[tuple[int, list[int]]]


class Bridge(Unbuffered):
    """Carries bytes between a simulated line and a second pseudo-terminal that another program has open."""

    def __init__(self) -> None:
        self.far, self.near = os.openpty()
        tty.setraw(self.near)

    def feed(self, payload: bytes) -> bytes:
        os.write(self.far, payload)
        return b""

    def carry_back(self, line: SimulatedLine) -> None:
        while (payload := os.read(self.far, 256)) != b"end":
            line.send(payload)


def only_present(sending: bool, packet: bytes) -> bytes:
    """The server answers for absent addresses with exception 4; on a real line there is silence."""
    return b"" if sending and packet[0] not in PRESENT else packet


@pytest.fixture
def writes() -> Writes:
    return Recorder()


@pytest.fixture
def server(tmp_path: Path, writes: Writes) -> Iterator[Path]:
    """Two displays of eight registers at addresses 1 and 3."""
    bridge, loop = Bridge(), asyncio.new_event_loop()

    def device(address: int) -> SimDevice:
        async def written(_f: int, _s: int, _a: int, _c: int, _now: list[int], values: list[int] | None) -> None:
            if values:
                writes.add((address, list(values)))

        return SimDevice(address, [SimData(0, count=8, values=0, datatype=DataType.REGISTERS)], action=written)

    async def begin() -> ModbusSerialServer:
        peer = ModbusSerialServer(
            [device(address) for address in PRESENT],
            port=os.ttyname(bridge.near),
            baudrate=9600,
            trace_packet=only_present,
        )
        await peer.serve_forever(background=True)
        return peer

    with SimulatedLine(tmp_path / "line", bridge, 9600) as line:
        serving = threading.Thread(target=loop.run_forever)
        carrying = threading.Thread(target=bridge.carry_back, args=(line,))
        serving.start()
        carrying.start()
        peer = asyncio.run_coroutine_threadsafe(begin(), loop).result(5)
        yield tmp_path / "line"
        asyncio.run_coroutine_threadsafe(peer.shutdown(), loop).result(5)
        os.write(bridge.near, b"end")
        carrying.join()
        loop.call_soon_threadsafe(loop.stop)
        serving.join()
    loop.close()
    os.close(bridge.far)
    os.close(bridge.near)


def test_an_independent_server_stores_what_we_write_and_absent_addresses_harm_nobody(
    server: Path, writes: Writes
) -> None:
    states: Recorder[tuple[str, Status]] = Recorder()
    settings = [DeviceSettings(f"d{each}", "display.modbus", str(server), address=each) for each in (1, 2, 3)]
    (line,) = display_lines(settings, lambda *change: states.add(change))
    line.start()
    line.submit("d2", "B002")
    line.submit("d1", "B001")
    line.submit("d3", "B003")
    writes.wait_for(lambda items: (1, list(b"B001")) in items and (3, list(b"B003")) in items)
    states.wait_for(lambda items: {each: status.device for each, status in items} == EXPECTED)
    line.stop()


EXPECTED = {"d1": Device.ONLINE, "d2": Device.OFFLINE, "d3": Device.ONLINE}


def test_our_simulated_slaves_and_pymodbus_agree_on_the_checksum() -> None:
    """CRC-16 by the definition of Modbus over serial line 1.02, 6.2.2, one bit at a time."""
    crc = 0xFFFF
    for byte in b"\x02\x07":
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    assert crc == 0x1241  # the example of that section: 41 12 on the wire
    assert FramerRTU.compute_CRC(b"\x02\x07") == 0x4112
