"""The databases that the model's shell is lent: scratch ones at the addresses that matter, and granted ones."""

from __future__ import annotations

from dataclasses import replace

from agent.deps import Deps
from agent.desk import Desk
from tools.errors import EnvironmentFault, ToolError
from tools.policy import DatabaseAddress, database_addresses
from tools.shell import Forward
from tools.target import Target, fill_env, placeholder_values, unfilled, write_carried


def lend_databases(deps: Deps) -> None:
    """Prepare what the model's commands may use; what cannot be had is a note."""
    desk = deps.desk
    for address in requested(desk):
        _at_address(deps, address)
    for target in desk.survey.targets:
        try:
            _for_target(desk, target)
        except EnvironmentFault as fault:
            desk.survey.notes.append(f"no scratch database for {target.name}: {fault}")
    desk.refresh_shells()


def requested(desk: Desk) -> list[DatabaseAddress]:
    """The Postgres servers that the request's words name."""
    return [a for a in database_addresses(desk.request.text) if a.scheme == "postgresql" and a.host]


def with_requested(desk: Desk, targets: list[Target]) -> list[Target]:
    """Targets that do not take their database from a variable get it where the request says that it is.

    Without this a new application with the address in its code could not be judged: nothing would answer there.
    """
    urls = tuple(address.url for address in requested(desk))
    if not urls:
        return targets
    return [
        target if _wanted(target) or target.fixed_databases else replace(target, fixed_databases=urls)
        for target in targets
    ]


def _at_address(deps: Deps, address: DatabaseAddress) -> None:
    desk = deps.desk
    if desk.grants.allows(address):
        forward = Forward(host=address.host, port=address.port, socket=(address.host, address.port))
        desk.forwards = (*desk.forwards, forward)
        desk.survey.database_lines.append(f"database: {address.shown} (yours, granted)")
        return
    if not desk.settings.sandbox or not desk.shell.sandboxed:
        desk.survey.notes.append(f"{address.shown}: without a sandbox no scratch server can answer there")
        return
    try:
        _, forward = desk.scratch.at_address(address.url)
    except (EnvironmentFault, ToolError) as error:
        desk.survey.notes.append(f"{address.shown}: {error}")
        return
    desk.forwards = (*desk.forwards, forward)
    desk.shell_env |= {"DATABASE_URL": address.url, "TEST_DATABASE_URL": address.url}
    desk.survey.database_lines.append(
        f"database: a scratch server of this run answers at {address.shown}, role and password as in the task, empty; "
        "DATABASE_URL and TEST_DATABASE_URL name it, in your shell and in the gates"
    )


def _for_target(desk: Desk, target: Target) -> None:
    wanted = _wanted(target)
    values: dict[str, str] = {}
    if "sqlite_path" in wanted:
        values |= placeholder_values(sqlite_path=desk.scratch.sqlite(f"dev_{target.name}").path)
    if any(name.startswith("postgres_") for name in wanted):
        made = desk.scratch.postgres("dev_" + "".join(c if c.isalnum() else "_" for c in target.name.lower()))
        values |= placeholder_values(postgres_url=made.url)
        if made.forward is not None:
            desk.forwards = (*desk.forwards, made.forward)
    carried = write_carried(target, desk.root, values)
    if carried:
        desk.survey.database_lines.append(f"carried over, with scratch addresses: {', '.join(carried)}")
    filled = {name: value for name, value in fill_env(target, values).items() if "{port}" not in value}
    desk.shell_env |= filled
    names = [name for name in filled if unfilled(target.env.get(name, ""))]
    if names:
        desk.survey.database_lines.append(f"database: scratch, empty, in {', '.join(names)} (set in your shell)")


def _wanted(target: Target) -> set[str]:
    return {name for text in (*target.env.values(), *target.carry.values()) for name in unfilled(text)} - {"port"}
