# The page and the API in a container that needs no network, no root, no libGL and no writable file system:
#   docker build -t mettici . && docker run --rm --read-only -p 127.0.0.1:8000:8000 mettici
# The digest is that of the tag's index, for amd64 and arm64. For a newer one:
#   docker buildx imagetools inspect python:3.13-slim-trixie
ARG BASE=python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${BASE} AS build
COPY requirements/build.txt /build.txt
RUN python -m venv /build && /build/bin/pip install --no-cache-dir --require-hashes -r /build.txt
COPY . /source
RUN /build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels /source

FROM ${BASE}
COPY requirements/container.txt /container.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r /container.txt
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --no-deps /wheels/mettici-*.whl && rm -rf /wheels /container.txt
USER 10001:10001
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["mettici", "serve", "--host", "0.0.0.0"]
