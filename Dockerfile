# One image per service, and one for the development issuer:
#   docker build --build-arg SERVICE=ledger --tag daicho-ledger:0.1.0 .
#   docker build --target issuer --tag daicho-issuer:0.1.0 .

FROM python:3.11-slim-bookworm AS dependencies
WORKDIR /build
COPY requirements-runtime.lock ./
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement requirements-runtime.lock

FROM python:3.11-slim-bookworm AS runtime
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1 \
    HOME=/app \
    DAICHO_HOST=0.0.0.0 \
    DAICHO_PORT=8000
COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /app
COPY shared/ shared/
EXPOSE 8000

# Gives anybody a token for anybody, and starts only outside of production.
FROM runtime AS issuer
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="daicho-issuer" \
      org.opencontainers.image.description="Daicho's issuer of tokens for development" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A volume that is mounted at /keys takes its owner from here.
RUN install --directory --mode=0700 --owner=10001 --group=10001 /keys \
    && python -m compileall -q /app
USER 10001:10001
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "shared.runtime.probe", "/.well-known/openid-configuration"]
ENTRYPOINT ["python", "-m", "shared.runtime.dev_issuer", "--host", "0.0.0.0", "--port", "8000", "--keys", "/keys"]

FROM runtime AS service
ARG SERVICE
COPY services/__init__.py services/
COPY services/${SERVICE}/ services/${SERVICE}/
# `python /app` is `python -m services.$SERVICE`: an entry point in exec form knows no variable.
COPY services/${SERVICE}/__main__.py ./
RUN ["python", "-m", "compileall", "-q", "/app"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="daicho-${SERVICE}" \
      org.opencontainers.image.description="Daicho's service ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "shared.runtime.probe", "/livez"]
ENTRYPOINT ["python", "/app"]
CMD ["serve"]
