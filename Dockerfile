# One image for every process of Huiqi; compose.yaml says which command each one runs.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-deps --wheel-dir /wheels .

FROM python:3.12-slim-bookworm
# pg_dump is what `huiqi backup` calls; it must not be older than the server.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
COPY requirements/runtime.txt requirements/dev.txt /requirements/
RUN pip install --no-cache-dir -c /requirements/dev.txt -r /requirements/runtime.txt asyncpg
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-deps /wheels/*.whl \
    && useradd --system --create-home --home-dir /srv/huiqi huiqi
USER huiqi
WORKDIR /srv/huiqi
ENTRYPOINT ["huiqi"]
