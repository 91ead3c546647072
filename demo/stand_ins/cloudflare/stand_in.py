"""What comes of a call: let in, held to the contract, done, and its answer held to the contract too."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import control, faults, records, state, tunnels, zones
from .answers import Failure, Result
from .contract import Call, Contract, ContractBroken

BASE = "/client/v4"
CALLS_KEPT = 20_000
CALLS: dict[str, Callable[..., Result]] = {
    "zones-get": zones.list_zones,
    "zones-0-get": zones.get_zone,
    "zone-settings-get-single-setting": zones.get_setting,
    "zone-settings-edit-single-setting": zones.edit_setting,
    "dns-records-for-a-zone-list-dns-records": records.list_records,
    "dns-records-for-a-zone-create-dns-record": records.create_record,
    "dns-records-for-a-zone-dns-record-details": records.get_record,
    "dns-records-for-a-zone-update-dns-record": records.overwrite_record,
    "dns-records-for-a-zone-patch-dns-record": records.patch_record,
    "dns-records-for-a-zone-delete-dns-record": records.delete_record,
    "cloudflare-tunnel-list-cloudflare-tunnels": tunnels.list_tunnels,
    "cloudflare-tunnel-create-a-cloudflare-tunnel": tunnels.create_tunnel,
    "cloudflare-tunnel-get-a-cloudflare-tunnel": tunnels.get_tunnel,
    "cloudflare-tunnel-delete-a-cloudflare-tunnel": tunnels.delete_tunnel,
    "cloudflare-tunnel-configuration-get-configuration": tunnels.get_configuration,
    "cloudflare-tunnel-configuration-put-configuration": tunnels.put_configuration,
    "cloudflare-tunnel-get-a-cloudflare-tunnel-token": tunnels.get_token,
}


@dataclass(frozen=True)
class Request:
    """target: path and query. body: as it came."""

    method: str
    target: str
    authorization: str | None = None
    content_type: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """body: what is written as JSON, or a page of text. retry_after: seconds. cut: the connection ends instead."""

    status: int
    body: Any
    retry_after: int | None = None
    cut: bool = False


class StandIn:
    """The account, and what is told of it. calls: those that were made, the oldest first."""

    def __init__(self, kept: Path | None = None, contract: Contract | None = None) -> None:
        self.state = state.read(kept)
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.faults = faults.Faults()
        self.limit = faults.Limit()
        self._contract = contract or Contract()
        self._kept = kept
        self._lock = threading.Lock()
        self._released = threading.Event()

    def answer(self, request: Request) -> Answer:
        """What is said to a request, whether it is for the API or for the control address."""
        if request.target.startswith(control.PREFIX):
            return self._controlled(request)
        path, query, body = _read(request)
        noted: dict[str, Any] = {"method": request.method, "path": path, "query": dict(query), "body": body}
        with self._lock:
            self.calls.append(noted)
            fault = self.faults.of(request.method, path)
            noted.update(status=None, broken=None, fault=fault is not None)
            found = None if fault else self._called(request, path, query, body, noted)
        if found is None:
            assert fault is not None
            found = self._failed(fault)
        noted["status"] = None if found.cut else found.status
        return found

    def let_go(self) -> None:
        """Ends the calls that are kept waiting: their connections are cut."""
        self._released.set()
        self._released = threading.Event()

    def _called(
        self,
        request: Request,
        path: str,
        query: list[tuple[str, str]],
        body: object,
        noted: dict[str, Any],
    ) -> Answer:
        call: Call | None = None
        try:
            self.limit.check()
            self._check_token(request.authorization)
            call = self._contract.find(request.method, path)
            if call is None:
                raise Failure(404, 7000, f"No route for that URI: {request.method} {path}")
            self._contract.check_request(call, query, request.content_type, body)
            done = CALLS[call.name](self.state, call.parameters, dict(query), body)
            found = Answer(200, done.body())
            state.write(self.state, self._kept)
        except ContractBroken as error:
            noted["broken"] = f"request: {error}"
            found = Answer(400, Failure(400, 9207, f"Request is invalid: {error}").body())
        except Failure as error:
            found = Answer(error.status, error.body(), error.retry_after)
        return self._held(call, found, noted)

    def _held(self, call: Call | None, found: Answer, noted: dict[str, Any]) -> Answer:
        """The answer, unless it breaks the contract: then an error that no test passes over."""
        try:
            if call is not None:
                self._contract.check_answer(call, found.status, found.body)
        except ContractBroken as error:
            noted["broken"] = f"{noted['broken'] or ''} answer: {error}".strip()
            return Answer(500, Failure(500, 9999, f"the stand-in breaks the contract: {error}").body())
        return found

    def _check_token(self, authorization: str | None) -> None:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Failure(400, 9106, "Missing Authorization header")
        if not self.state.token or not compare_digest(token.encode(), self.state.token.encode()):
            raise Failure(403, 9109, "Invalid access token")

    def _failed(self, fault: faults.Fault) -> Answer:
        if fault.answer == faults.NOTHING:
            self._released.wait()
        if fault.answer in (faults.NOTHING, faults.CUT):
            return Answer(0, None, cut=True)
        failure = fault.failure()
        if failure.status in faults.OF_THE_EDGE:
            return Answer(failure.status, f"<html><h1>{failure.status}</h1></html>")
        return Answer(failure.status, failure.body(), failure.retry_after)

    def _controlled(self, request: Request) -> Answer:
        path, _, body = _read(request)
        try:
            with self._lock:
                done = control.control(self, request.method, path, body if isinstance(body, dict) else {})
                if request.method != "GET" and not path.endswith("/connections"):
                    state.write(self.state, self._kept)
                # As text, while nobody changes it.
                return Answer(200, json.loads(json.dumps(done)))
        except Failure as error:
            return Answer(error.status, error.body())


def _read(request: Request) -> tuple[str, list[tuple[str, str]], object]:
    """Path (of the API: within it), query and body of a request; a body that is no JSON as the text it is."""
    parts = urlsplit(request.target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    try:
        body = json.loads(request.body) if request.body else None
    except ValueError:
        body = request.body.decode(errors="replace")
    return parts.path.removeprefix(BASE), query, body
