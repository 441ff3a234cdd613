"""What kiosks ask about procedures."""

from kiosk.hub.api.endpoint import Answer, ApiRoute, Ask, Who
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.procedure_api import AllProcedures, FindProcedures, ProcedureHits, ProcedureInfo


async def find(ask: Ask[FindProcedures]) -> Answer:
    return ask.parts.guide.find(ask.body.query)


async def everything(ask: Ask[None]) -> Answer:
    return AllProcedures(procedures=ask.parts.guide.everything())


async def show(ask: Ask[None]) -> Answer:
    return ask.parts.guide.show(ask.path["code"]) or Refused(Why.UNKNOWN_PROCEDURE)


ROUTES = (
    ApiRoute("POST", "/v1/procedures/find", "Procedures by words", Who.KIOSK, ProcedureHits, find, FindProcedures),
    ApiRoute("GET", "/v1/procedures", "All procedures, by field", Who.KIOSK, AllProcedures, everything),
    ApiRoute("GET", "/v1/procedures/{code}", "What a procedure needs", Who.KIOSK, ProcedureInfo, show),
)
