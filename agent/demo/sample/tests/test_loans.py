import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_a_tool_is_lent_to_one_member_at_a_time(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int
) -> None:
    first = await client.post("/loans", json={"tool_id": drill, "member_id": ada})
    second = await client.post("/loans", json={"tool_id": drill, "member_id": ben})
    assert (first.status_code, second.status_code) == (201, 409)


async def test_a_returned_tool_can_be_lent_again(
    client: httpx.AsyncClient, drill: int, ada: int, ben: int
) -> None:
    loan = (await client.post("/loans", json={"tool_id": drill, "member_id": ada})).json()
    back = await client.post(f"/loans/{loan['id']}/return")
    assert back.status_code == 200
    assert back.json()["returned_at"] is not None
    again = await client.post("/loans", json={"tool_id": drill, "member_id": ben})
    assert again.status_code == 201


async def test_a_tool_comes_back_once(client: httpx.AsyncClient, drill: int, ada: int) -> None:
    loan = (await client.post("/loans", json={"tool_id": drill, "member_id": ada})).json()
    await client.post(f"/loans/{loan['id']}/return")
    assert (await client.post(f"/loans/{loan['id']}/return")).status_code == 409


async def test_unknown_tool_and_member_are_404(client: httpx.AsyncClient, drill: int) -> None:
    assert (await client.post("/loans", json={"tool_id": 99, "member_id": 1})).status_code == 404
    assert (
        await client.post("/loans", json={"tool_id": drill, "member_id": 99})
    ).status_code == 404


async def test_loans_of_a_member_name_the_tool(
    client: httpx.AsyncClient, drill: int, ada: int
) -> None:
    await client.post("/loans", json={"tool_id": drill, "member_id": ada})
    loans = (await client.get(f"/members/{ada}/loans")).json()
    assert [loan["tool"]["name"] for loan in loans] == ["Drill"]


async def test_emails_are_unique_regardless_of_case(client: httpx.AsyncClient, ada: int) -> None:
    answer = await client.post("/members", json={"name": "Ada", "email": "ADA@example.org"})
    assert answer.status_code == 409
