import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_a_new_tool_is_listed(client: httpx.AsyncClient, drill: int) -> None:
    listed = (await client.get("/tools")).json()
    assert listed == [{"id": drill, "name": "Drill", "category": "power"}]


async def test_tools_are_filtered_by_category(client: httpx.AsyncClient, drill: int) -> None:
    assert len((await client.get("/tools", params={"category": "power"})).json()) == 1
    assert (await client.get("/tools", params={"category": "garden"})).json() == []


async def test_a_lent_tool_is_not_available(
    client: httpx.AsyncClient, drill: int, ada: int
) -> None:
    await client.post("/loans", json={"tool_id": drill, "member_id": ada})
    assert (await client.get("/tools", params={"available": True})).json() == []
    assert len((await client.get("/tools", params={"available": False})).json()) == 1


async def test_a_retired_tool_is_gone(client: httpx.AsyncClient, drill: int) -> None:
    assert (await client.delete(f"/tools/{drill}")).status_code == 204
    assert (await client.get(f"/tools/{drill}")).status_code == 404


async def test_a_lent_tool_cannot_be_retired(
    client: httpx.AsyncClient, drill: int, ada: int
) -> None:
    await client.post("/loans", json={"tool_id": drill, "member_id": ada})
    assert (await client.delete(f"/tools/{drill}")).status_code == 409
