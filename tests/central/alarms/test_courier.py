"""Notices on a real database: sent once, tried again, and never held up by somebody else's gateway."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.central.alarms.parts import Rules
from kiosk.central.notify.courier import Courier, Ways
from kiosk.central.notify.gateways import Gateway, open_gateways
from kiosk.central.notify.lane import THREADS
from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import PAUSES_S, TRIES, Ended, NoticeState
from kiosk.config.warning import Channel, Notify, Warnings
from kiosk.web.i18n import load_words
from tests.central.alarms.city import City, city_at
from tests.central.alarms.peers import MailServer, WebServer
from tests.fakes.smsc import FakeSmsc

WORDS = load_words(Path(__file__).parents[3] / "assets" / "locales", ("notice",))
ROOT = "https://hangcho.example.vn"
WAITING, SENT, GIVEN_UP, NOT_NEEDED = NoticeState


class FakeGateway:
    """Takes everything, or fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.messages = failures, list[Message]()

    def send(self, message: Message) -> Ended:
        if self.failures:
            self.failures -= 1
            return Ended(WAITING, "busy")
        self.messages.append(message)
        return Ended(SENT)


def courier(city: City, gateways: Mapping[str, Gateway] | None = None, limit_s: int = 20) -> Courier:
    notify = Notify(channels=city.rules.channels, limit_s=limit_s)
    return Courier(city.database, city.clock, Ways(notify, gateways or open_gateways(notify.channels), WORDS, ROOT))


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def named(*names: str, **options: Any) -> Rules:
    return Rules(Warnings(), tuple(Channel(name=name, sms=True, **options) for name in names))


def states(city: City) -> dict[str, int]:
    return {f"{each['channel']} {each['kind']}": each["state"] for each in city.rows.notices()}


def test_two_couriers_at_once_send_each_notice_once(database_url: str) -> None:
    with city_at(database_url, named("a", "b")) as city:

        async def story() -> None:
            for centre in (1, 2):
                for service in (1, 2):
                    city.ticket(service, waited_min=50, centre=centre, service=service)
            await city.look()
            gateways = {"a": FakeGateway(), "b": FakeGateway()}
            couriers = [courier(city, gateways) for _ in range(3)]
            for _ in range(3):
                await asyncio.gather(*(each.round() for each in couriers))
                await asyncio.gather(*(each.settled() for each in couriers))
            assert [len(gateway.messages) for gateway in gateways.values()] == [4, 4]
            assert {each["state"] for each in city.rows.notices()} == {SENT}

        run(story)


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(database_url: str) -> None:
    with city_at(database_url, named("a")) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            sender = courier(city, {"a": FakeGateway(failures=99)})
            pauses = []
            for _ in range(TRIES):
                await sender.round()
                await sender.settled()
                (notice,) = city.rows.notices()
                pauses.append((notice["due_ms"] - city.clock.now_ms()) // 1000)
                city.clock.advance(max(0, notice["due_ms"] - city.clock.now_ms()))
            assert pauses == [*PAUSES_S, *[PAUSES_S[-1]] * (TRIES - len(PAUSES_S) - 1), 0]
            assert (notice["state"], notice["tries"], notice["problem"]) == (GIVEN_UP, TRIES, "busy")

        run(story)


def test_a_worker_that_dies_while_sending_leaves_its_notices_to_the_others(database_url: str) -> None:
    with city_at(database_url, named("a")) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            gateway = FakeGateway()
            other = courier(city, {"a": gateway})
            with WebServer("hangs") as web:
                dead = courier(city, open_gateways([Channel(name="a", url=web.url())]))
                await dead.round()
                await asyncio.to_thread(web.asked.acquire)
                await other.round()
                await other.settled()
                assert gateway.messages == []
                city.clock.advance(51_000)
                await other.round()
                await other.settled()
                assert len(gateway.messages) == 1
            await dead.settled()
            (notice,) = city.rows.notices()
            assert (notice["state"], notice["tries"]) == (SENT, 2)

        run(story)


def test_a_lease_from_a_clock_that_ran_ahead_does_not_hold_a_notice_for_ever(database_url: str) -> None:
    with city_at(database_url, named("a")) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            city.rows.run("UPDATE notice SET lease_ms = ?", city.clock.now_ms() + 86_400_000)
            gateway = FakeGateway()
            sender = courier(city, {"a": gateway})
            await sender.round()
            await sender.settled()
            assert len(gateway.messages) == 1

        run(story)


@pytest.mark.parametrize("mood", ["hangs", "drips"])
def test_gateways_that_hang_hold_up_nobody_and_the_mail_goes_out_at_once(database_url: str, mood: Any) -> None:
    """An SMS centre that is down, one that hangs, a webhook that hangs or drips for ever, and a mail server."""
    with ExitStack() as stack:
        mail = stack.enter_context(MailServer())
        web, smsc = stack.enter_context(WebServer(mood)), stack.enter_context(FakeSmsc("hangs"))
        down = FakeSmsc().__enter__()
        down.__exit__()
        urls = {"mail": mail.url, "web": web.url(), "sms": smsc.url(), "sms-down": down.url()}
        channels = tuple(Channel(name=name, url=url, sms="sms" in name) for name, url in urls.items())
        city = stack.enter_context(city_at(database_url, Rules(Warnings(), channels)))

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            sender = courier(city, limit_s=1)
            await sender.round()
            letter = await asyncio.to_thread(mail.next)
            assert "chung thuc" in letter["Subject"]
            await sender.settled()
            found = {each["channel"]: (each["state"], each["problem"]) for each in city.rows.notices()}
            assert found["mail"] == (SENT, "")
            assert found["web"] == found["sms"] == (WAITING, "no answer within 1 s")
            assert found["sms-down"] == (WAITING, "connection refused")

        run(story)


def test_a_channel_whose_threads_all_hang_gets_nothing_more_and_the_others_go_on(database_url: str) -> None:
    with ExitStack() as stack:
        web = stack.enter_context(WebServer("drips"))
        channels = (Channel(name="web", url=web.url()), Channel(name="a", url="json://127.0.0.1"))
        city = stack.enter_context(city_at(database_url, Rules(Warnings(), channels)))

        async def story() -> None:
            for centre in (1, 2):
                for service in (1, 2):
                    city.ticket(service, waited_min=50, centre=centre, service=service)
            await city.look()
            works = FakeGateway()
            sender = courier(city, {"web": open_gateways(channels)["web"], "a": works}, limit_s=1)
            for _ in range(3):
                await sender.round()
                await sender.settled()
                city.clock.advance(60_000)
            tried = sorted(each["tries"] for each in city.rows.notices() if each["channel"] == "web")
            assert tried == [0, *[1] * THREADS]
            assert len(works.messages) == 4

        run(story)


def test_a_notice_carries_what_is_so_when_it_is_sent_and_a_link(database_url: str) -> None:
    with city_at(database_url, named("a", accents=False)) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            city.ticket(2, waited_min=47)
            city.clock.advance(60_000)
            city.rows.heard(city.clock.now_ms())
            await city.look()
            gateway = FakeGateway()
            sender = courier(city, {"a": gateway})
            await sender.round()
            await sender.settled()
            (message,) = gateway.messages
            assert ", chung thuc: 2 nguoi, lau nhat 51 phut. Nhan xu ly: https://hangcho.example.vn/a/" in message.body

        run(story)


def test_what_has_ended_before_it_could_be_sent_is_not_sent_and_neither_is_its_end(database_url: str) -> None:
    with city_at(database_url, named("a", "b")) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            gateway = FakeGateway()
            only_a = courier(city, {"a": gateway, "b": FakeGateway(failures=1)})
            await only_a.round()
            await only_a.settled()
            city.rows.call(1, city.clock.now_ms())
            await city.pass_minutes(2)
            for _ in range(3):
                await only_a.round()
                await only_a.settled()
            assert states(city) == {
                "a raised": SENT,
                "a recovered": SENT,
                "b raised": NOT_NEEDED,
                "b recovered": NOT_NEEDED,
            }
            assert "ON: " in gateway.messages[-1].body

        run(story)


def test_a_channel_that_is_no_longer_configured_keeps_no_notice_waiting(database_url: str) -> None:
    with city_at(database_url, named("a")) as city:

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            city.rules = Rules(Warnings(), ())
            sender = courier(city, {"b": FakeGateway()})
            await sender.round()
            await sender.settled()
            assert states(city) == {"a raised": NOT_NEEDED}

        run(story)


def test_the_whole_way_to_a_real_webhook_and_a_real_sms(database_url: str) -> None:
    with ExitStack() as stack:
        web, smsc = stack.enter_context(WebServer()), stack.enter_context(FakeSmsc())
        channels = (
            Channel(name="web", url=web.url(), language="en"),
            Channel(name="sms", url=smsc.url(), sms=True),
        )
        city = stack.enter_context(city_at(database_url, Rules(Warnings(), channels)))

        async def story() -> None:
            city.ticket(1, waited_min=50)
            await city.look()
            sender = courier(city)
            await sender.round()
            await sender.settled()
            posted = json.loads(web.next())
            assert "1 waiting much longer than they were told" in posted["message"]
            short = smsc.next()
            assert short.text.startswith("CHO QUA LAU: Phuong ben-thanh, chung thuc: 1 nguoi, lau nhat 50 phut.")
            assert set(states(city).values()) == {SENT}

        run(story)
