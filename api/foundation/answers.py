"""Long answers, written away from the event loop."""

import asyncio

from fastapi import Response
from pydantic import BaseModel


async def written(model: BaseModel, *, file: str = "") -> Response:
    """A model as JSON, the same as it is described; with a name it is a file to be kept."""
    content = await asyncio.to_thread(model.model_dump_json)
    headers = {"Content-Disposition": f'attachment; filename="{file}"'} if file else {}
    return Response(content, media_type="application/json", headers=headers)
