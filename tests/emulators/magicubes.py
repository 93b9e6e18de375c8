"""ModelScope's magicubes, which pay for calls: an account has grants, each of which expires after a day.

An account without grants generates for free, so that a demo never stops. A test adds a grant by
`POST /_emulator/magicubes` with `{"token", "amount", "seconds"}`. An amount of 0 empties the account.
"""

import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.emulators.request_log import bearer

DAY = 24 * 3600.0
FREE = 250.0
"""Reported balance of an account without grants."""
PRICE = 1.0


class Accounts:
    """Grants by token, as (end, remaining amount), oldest first. The oldest is spent first."""

    def __init__(self) -> None:
        self._grants: dict[str, list[tuple[float, float]]] = {}
        self.looks = 0
        """Number of requests for a balance."""

    def balance(self, token: str) -> float:
        now = time.time()
        return sum(left for end, left in self._grants.get(token, [(now + DAY, FREE)]) if end > now)

    def grant(self, token: str, amount: float, seconds: float = DAY) -> None:
        """Add a grant. A grant of 0 empties the account."""
        kept = self._grants.get(token, []) if amount else []
        self._grants[token] = sorted([*kept, (time.time() + seconds, amount)])

    def pay(self, token: str) -> bool:
        """Take a picture's price from the oldest grants. Return False if the balance is too low."""
        if token not in self._grants:
            return True
        if self.balance(token) < PRICE:
            return False
        due, kept, now = PRICE, list[tuple[float, float]](), time.time()
        for end, left in self._grants[token]:
            taken = min(due, left) if end > now else 0.0
            due -= taken
            kept.append((end, left - taken))
        self._grants[token] = kept
        return True

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/openapi/v1/magicubes/balance", self._show),
            Route("/_emulator/magicubes", self._order, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        self.looks += 1
        token = bearer(request.headers)
        if token is None:
            return JSONResponse({"success": False, "message": "unauthorized"}, 401)
        balance = self.balance(token)
        data = {"total_balance": balance, "available_balance": balance, "frozen_amount": 0}
        return JSONResponse({"success": True, "data": data})

    async def _order(self, request: Request) -> Response:
        order: Mapping[str, Any] = await request.json()
        self.grant(str(order["token"]), float(order["amount"]), float(order.get("seconds", DAY)))
        return Response(status_code=204)
