"""`/imports/{id}`: an import that goes on by itself, and how far it is, once or as it goes."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from partnergraph.jobs import ENDED, Job, Jobs, Options
from partnergraph.web import openapi
from partnergraph.web.negotiation import JSON, Format, accepted, choose
from partnergraph.web.problems import Problem, Rejected, not_acceptable
from partnergraph.web.service import Served

router = APIRouter(tags=["Graphs in"])

EVENTS = Format("events", "text/event-stream", ("sse",))
_GLANCE = 0.2
_SILENCE = 15.0


@router.get(
    "/imports/{name}",
    summary="How far an import in the background is; as server-sent events, as it goes",
    responses=openapi.answers(JSON, EVENTS, problem=(404, 406)),
    response_class=Response,
)
async def follow(request: Request, service: Served, name: str) -> Response:
    """Answer with the state of the import; events come until it has ended, the last of them called `end`."""
    form = choose((JSON, EVENTS), accepted(request), "")
    if form is None:
        raise Rejected(not_acceptable((JSON, EVENTS)))
    jobs = service.jobs
    job = None if jobs is None else jobs.job(name)
    if jobs is None or job is None:
        raise Rejected(Problem(404, "not-found", f"No import {name} is known here. They are listed at /imports."))
    if form is EVENTS:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(_events(jobs, name), media_type=EVENTS.media_type, headers=headers)
    return JSONResponse(told(job))


async def started(jobs: Jobs, files: tuple[Path, ...], options: Options) -> Response:
    """Take on the import of `files`, which are moved, and answer where to follow it."""
    job = await to_thread.run_sync(partial(_taken, jobs, files, options))
    return JSONResponse(
        told(job), 202, headers={"Location": f"/imports/{job.id}", "Preference-Applied": "respond-async"}
    )


def wants_no_wait(request: Request) -> bool:
    """Return whether the request prefers to be answered before the work is done (RFC 7240)."""
    said = ",".join(request.headers.getlist("prefer"))
    return "respond-async" in [each.partition(";")[0].strip().lower() for each in said.split(",")]


def told(job: Job) -> dict[str, object]:
    """Return what is told of an import in the background."""
    members = asdict(job)
    members.pop("options")
    return {**members, "ended": job.state in ENDED}


def _taken(jobs: Jobs, files: tuple[Path, ...], options: Options) -> Job:
    place = jobs.place()
    for path in files:
        shutil.move(path, place / path.name)
    return jobs.add(place, options)


async def _events(jobs: Jobs, name: str) -> AsyncIterator[str]:
    last, silent = None, 0.0
    while (job := jobs.job(name)) is not None:
        if job != last:
            last, silent = job, 0.0
            yield _event("end" if job.state in ENDED else "progress", job)
        if job.state in ENDED:
            return
        if silent >= _SILENCE:
            silent = 0.0
            yield ": still at it\n\n"
        await anyio.sleep(_GLANCE)
        silent += _GLANCE


def _event(kind: str, job: Job) -> str:
    return f"event: {kind}\ndata: {json.dumps(told(job))}\n\n"
