"""Guessing passwords is slow, whoever is guessed at and however many guess at once."""

import asyncio

import httpx2

from kiosk.web.signin import FREE_TRIES, FREE_TRIES_OF_AN_ADDRESS, Refused
from tests.hub.conftest import ORIGIN, RunningHub


def sign_in(running: RunningHub, name: str, password: str) -> httpx2.Response:
    form = {"name": name, "password": password}
    return running.client.post("/signin", data=form, headers={"origin": ORIGIN}, follow_redirects=False)


def test_the_right_password_opens_a_session(running: RunningHub) -> None:
    answer = sign_in(running, "an", "mật khẩu")
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]


def test_after_five_wrong_passwords_even_the_right_one_must_wait(running: RunningHub) -> None:
    assert [sign_in(running, "an", "falsch").status_code for _ in range(FREE_TRIES)] == [401] * 4 + [429]
    assert sign_in(running, "an", "mật khẩu").status_code == 429
    running.clock.advance(11_000)
    assert sign_in(running, "an", "mật khẩu").status_code == 303


def test_an_address_that_tries_many_names_must_wait_too(running: RunningHub) -> None:
    codes = [sign_in(running, f"name-{n}", "falsch").status_code for n in range(FREE_TRIES_OF_AN_ADDRESS)]
    assert codes == [401] * (FREE_TRIES_OF_AN_ADDRESS - 1) + [429]
    assert sign_in(running, "an", "mật khẩu").status_code == 429


def test_who_guesses_from_elsewhere_keeps_nobody_out(running: RunningHub) -> None:
    async def guess_then_sign_in() -> list[str | Refused]:
        tries = [
            *((f"guess {n}", "10.0.0.7") for n in range(FREE_TRIES)),
            ("mật khẩu", "10.0.0.7"),
            ("mật khẩu", "10.0.0.8"),
        ]
        return [await running.hub.sign_in.sign_in("chi", password, address) for password, address in tries]

    *_, guesser, supervisor = running.client.portal.call(guess_then_sign_in)  # type: ignore[union-attr]
    assert isinstance(guesser, Refused)
    assert isinstance(supervisor, str)


def test_tries_at_the_same_moment_count_one_by_one(running: RunningHub) -> None:
    async def together() -> list[str | Refused]:
        guesses = (running.hub.sign_in.sign_in("an", f"guess {n}", "10.0.0.7") for n in range(20))
        return await asyncio.gather(*guesses)

    answers = running.client.portal.call(together)  # type: ignore[union-attr]
    assert all(isinstance(answer, Refused) for answer in answers)
    assert sum(answer.wait_s == 0 for answer in answers if isinstance(answer, Refused)) == FREE_TRIES - 1


def test_somebody_who_was_disabled_is_out_at_once(running: RunningHub) -> None:
    running.hold("an", "1")
    assert running.command("an", "1", "call_next").status_code == 200
    running.hub.store.write_access(lambda book: book.disable_staff("an"))
    assert running.command("an", "1", "call_next").status_code == 401
    assert sign_in(running, "an", "mật khẩu").status_code == 401
