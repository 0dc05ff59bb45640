"""An address knows its area's code, and places in slots are counted by it."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from bff.core.areas import area_code, area_name

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

addresses = sa.table("addresses", sa.column("id"), sa.column("region"), sa.column("area_code"))
pickups = sa.table("pickups", sa.column("area"))
slots = sa.table(
    "slots", sa.column("area"), sa.column("key"), sa.column("capacity"), sa.column("remaining")
)


def upgrade() -> None:
    op.add_column("addresses", sa.Column("area_code", sa.String(6), nullable=True))
    connection = op.get_bind()
    for (region,) in connection.execute(sa.select(addresses.c.region).distinct()).all():
        here = addresses.c.region == region
        connection.execute(sa.update(addresses).where(here).values(area_code=area_code(region)))
    for (area,) in connection.execute(sa.select(pickups.c.area).distinct()).all():
        here = pickups.c.area == area
        connection.execute(sa.update(pickups).where(here).values(area=area_name(area)))
    _join_slots(connection)


def _join_slots(connection: sa.Connection) -> None:
    """What was taken under each spelling is taken of the one area; none is taken away."""
    capacity: dict[tuple[str, str], int] = {}
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    for area, key, places, remaining in connection.execute(sa.select(slots)).all():
        place = area_name(area), key
        capacity[place] = max(places, capacity.get(place, 0))
        taken[place] += places - remaining
    connection.execute(sa.delete(slots))
    for (area, key), places in capacity.items():
        most = max(places, taken[area, key])
        row = {"area": area, "key": key, "capacity": most, "remaining": most - taken[area, key]}
        connection.execute(sa.insert(slots).values(row))
