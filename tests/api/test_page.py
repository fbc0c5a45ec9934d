"""The page: nothing inline runs, nothing foreign is asked for, an unchanged file costs no body."""

import re

import httpx

from api.webchat.pages import STATIC

FILES = sorted(p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*") if p.is_file())


class TestPage:
    async def test_is_served_under_a_strict_policy(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/")
        assert answer.headers["content-type"].startswith("text/html")
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"

    async def test_holds_no_inline_script_style_or_foreign_address(
        self, client: httpx.AsyncClient
    ) -> None:
        page = (await client.get("/")).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)

    async def test_files_are_asked_for_again_and_answered_by_304(
        self, client: httpx.AsyncClient
    ) -> None:
        for name in FILES:
            first = await client.get(f"/static/{name}")
            seen = {"If-None-Match": first.headers["etag"]}
            again = await client.get(f"/static/{name}", headers=seen)
            assert (first.status_code, again.status_code) == (200, 304), name
            assert first.headers["cache-control"] == "no-cache"

    async def test_a_file_outside_is_not_found(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/static/%2e%2e/pages.py")
        assert answer.status_code == 404


class TestOperation:
    async def test_says_that_it_lives_and_is_ready(self, client: httpx.AsyncClient) -> None:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
        assert (alive.json()["status"], ready.json()["status"]) == ("alive", "ready")
