import asyncio

import httpx
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cyd(client: httpx.AsyncClient) -> int:
    answer = await client.post("/members", json={"name": "Cyd", "email": "cyd@example.org"})
    return answer.json()["id"]


async def lend(client: httpx.AsyncClient, tool: int, member: int) -> int:
    answer = await client.post("/loans", json={"tool_id": tool, "member_id": member})
    return answer.json()["id"]


async def reserve(client: httpx.AsyncClient, tool: int, member: int) -> httpx.Response:
    return await client.post(f"/tools/{tool}/reservations", json={"member_id": member})


async def queue(client: httpx.AsyncClient, tool: int) -> list[tuple[str, str]]:
    rows = (await client.get(f"/tools/{tool}/reservations")).json()
    return [(row["member"]["name"], row["status"]) for row in rows]


async def test_the_first_in_the_queue_gets_the_tool(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int, cyd: int
) -> None:
    loan = await lend(client, drill, ada)
    assert (await reserve(client, drill, ben)).json()["status"] == "waiting"
    await reserve(client, drill, cyd)
    await client.post(f"/loans/{loan}/return")
    assert await queue(client, drill) == [("Ben", "ready"), ("Cyd", "waiting")]
    other = await client.post("/loans", json={"tool_id": drill, "member_id": cyd})
    first = await client.post("/loans", json={"tool_id": drill, "member_id": ben})
    assert (other.status_code, first.status_code) == (409, 201)
    assert await queue(client, drill) == [("Cyd", "waiting")]


async def test_cancelling_passes_the_tool_on(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int, cyd: int
) -> None:
    loan = await lend(client, drill, ada)
    ready = (await reserve(client, drill, ben)).json()["id"]
    await reserve(client, drill, cyd)
    await client.post(f"/loans/{loan}/return")
    assert (await client.delete(f"/reservations/{ready}")).status_code == 204
    assert (await client.delete(f"/reservations/{ready}")).status_code == 409
    assert (await client.delete("/reservations/99")).status_code == 404
    assert await queue(client, drill) == [("Cyd", "ready")]
    rows = (await client.get(f"/members/{ben}/reservations")).json()
    assert [(row["tool"]["name"], row["status"]) for row in rows] == [("Drill", "cancelled")]


async def test_only_a_tool_that_is_out_is_reserved_and_not_by_who_has_it(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int
) -> None:
    assert (await reserve(client, drill, ben)).status_code == 409
    await lend(client, drill, ada)
    assert (await reserve(client, drill, ada)).status_code == 409
    assert (await reserve(client, drill, 99)).status_code == 404
    assert (await reserve(client, 99, ben)).status_code == 404


async def test_a_member_queues_once_also_at_the_same_time(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int
) -> None:
    await lend(client, drill, ada)
    answers = await asyncio.gather(*(reserve(client, drill, ben) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
