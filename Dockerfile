# syntax=docker/dockerfile:1

# GraphiQL for demonstrations, so that its page needs no CDN
FROM node:24.11.1-bookworm-slim AS explorer
WORKDIR /src
COPY explorer/package.json explorer/package-lock.json explorer/.npmrc explorer/
RUN npm --prefix explorer ci
COPY explorer explorer
COPY bff/graphql/graphiql/web bff/graphql/graphiql/web
RUN npm --prefix explorer run build

# All that is installed, as wheels; every file that is fetched has its hash in a lock
FROM python:3.11.15-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY locks/build.txt locks/runtime.txt locks/
RUN pip install --require-hashes -r locks/build.txt \
    && pip wheel --no-build-isolation --require-hashes --wheel-dir /wheels -r locks/runtime.txt \
    && python -m venv --without-pip /opt/bff \
    && pip --python /opt/bff/bin/python install --no-index --no-deps /wheels/*.whl
COPY pyproject.toml README.md LICENSE schema.graphql ./
COPY bff bff
COPY resolvers resolvers
COPY loaders loaders
COPY --from=explorer /src/bff/graphql/graphiql/dist bff/graphql/graphiql/dist
RUN hatchling build --target wheel --directory /wheel \
    && pip --python /opt/bff/bin/python install --no-index --no-deps /wheel/*.whl \
    && pip --python /opt/bff/bin/python check

FROM python:3.11.15-slim-trixie
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="express-return-bff" \
      org.opencontainers.image.description="GraphQL backend-for-frontend for Tmall's express return (极速退货)" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# What installs packages is not needed any more; /var/lib/bff is the one place that is written to.
RUN pip uninstall --yes --root-user-action=ignore setuptools wheel pip \
    && groupadd --gid 10001 bff \
    && useradd --no-log-init --uid 10001 --gid bff --home-dir /var/lib/bff --create-home bff
COPY --from=build /opt/bff /opt/bff
ENV PATH=/opt/bff/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BFF_MODE=production \
    BFF_HOST=0.0.0.0 \
    BFF_PORT=8000 \
    BFF_METRICS_HOST=0.0.0.0 \
    BFF_DATABASE=/var/lib/bff/bff.sqlite3
USER 10001:10001
WORKDIR /var/lib/bff
VOLUME /var/lib/bff
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"BFF_PORT\"]}/healthz', timeout=3)"]
ENTRYPOINT ["bff"]
CMD ["serve"]
