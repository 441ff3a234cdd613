"""Simulated hubs that follow settings, against a real central with a real key."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import LayerState, save_draft
from kiosk.central.fleet.online_key import make_online_key, make_root
from kiosk.central.fleet.rollout import Plan, Rollout, find, publish
from kiosk.central.store.database import database_at
from kiosk.clock import SystemClock
from kiosk.fleet.follower import Followed, SettingsFollower
from kiosk.fleet.line import Address
from tests.fakes.real_central import RealCentral, make_real_central

CLOCK = SystemClock()
CODES = ["c-1", "c-2", "c-3"]


def publish_to_all(central: RealCentral) -> int:
    with closing(database_at(central.database)) as database:
        database.open()
        name, now_ms = LayerName("city"), CLOCK.now_ms()
        saved = database.write_now(lambda tx: save_draft(tx, name, {"rule": {"undo_s": 30}}, 0, "An", now_ms))
        assert isinstance(saved, LayerState)
        plan = Plan("An", "thử", now_ms, at_once=True)
        made = database.write_now(lambda tx: publish(tx, name, saved.revision, plan, now_ms))
        assert isinstance(made, Rollout)
        return made.id


async def follow(central: RealCentral, followers: list[SettingsFollower], followed: Followed) -> int:
    tasks = [asyncio.create_task(each.run()) for each in followers]
    rollout = await asyncio.to_thread(publish_to_all, central)
    async with asyncio.timeout(20):
        while len(followed.taken_s) < len(followers):
            await followed.changed.wait()
            followed.changed.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return rollout


def test_hubs_that_wait_take_what_is_published_within_seconds(database_url: str, tmp_path: Path) -> None:
    make_root(tmp_path / "root.key")
    signer = make_online_key(tmp_path / "online.key", tmp_path / "root.key", "hcmc", 400, CLOCK.now_ms())
    more = f'[fleet]\nkey_file = "{tmp_path / "online.key"}"\n'
    central = make_real_central(tmp_path / "central", database_url, more=more)
    keys, followed = central.enrol(CODES, CLOCK.now_ms()), Followed()
    trust = (signer.city, signer.roots)
    central.start()
    try:
        address = Address.of(central.url)
        hubs = [SettingsFollower(address, key, CLOCK, trust, followed) for key in keys.values()]
        rollout = asyncio.run(follow(central, hubs, followed))
    finally:
        assert central.stop() == 0
    assert {version for version, _ in followed.taken_s.values()} == {1}
    assert followed.refused == {}
    with closing(database_at(database_url)) as database:
        database.open()
        made = database.read_now(lambda tx: find(tx, rollout))
    assert made is not None
    assert made.state == "running"


def test_a_hub_that_trusts_another_root_takes_nothing(tmp_path: Path) -> None:
    make_root(tmp_path / "root.key")
    make_online_key(tmp_path / "online.key", tmp_path / "root.key", "hcmc", 400, CLOCK.now_ms())
    more = f'[fleet]\nkey_file = "{tmp_path / "online.key"}"\n'
    central = make_real_central(tmp_path / "central", f"sqlite:///{tmp_path}/central.db", more=more)
    keys, followed = central.enrol(CODES[:1], CLOCK.now_ms()), Followed()
    other = ("hcmc", (make_root(tmp_path / "other.key"),))
    hub = SettingsFollower(Address.of(central.url), keys[CODES[0]], CLOCK, other, followed)
    central.start()
    try:
        asyncio.run(refused(central, hub, followed))
    finally:
        central.stop()
    assert followed.taken_s == {}
    assert set(followed.refused) == {"unknown_key"}


async def refused(central: RealCentral, hub: SettingsFollower, followed: Followed) -> None:
    task = asyncio.create_task(hub.run())
    await asyncio.to_thread(publish_to_all, central)
    async with asyncio.timeout(20):
        await followed.changed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
