# The wheel is built in one stage and installed in the next: no source, no build tool is shipped.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY emulator emulator
COPY fixtures fixtures
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir wheels .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="token-emulator" \
      org.opencontainers.image.description="A local emulator of payment and identity providers' token APIs" \
      org.opencontainers.image.licenses="Apache-2.0"
# Inside a container loopback is nobody's: the published port decides who can reach it.
ENV EMULATOR_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /src/wheels wheels
# pip compiles what it installs; the import compiles what Python itself ships without bytecode.
RUN python -m pip install --no-cache-dir --compile "$(echo wheels/*.whl)[redis]" \
    && rm -r wheels \
    && mkdir -m 1777 authority \
    && python -c "import emulator.cli.serve, emulator.cli.health, emulator.tls, emulator.app as app; [p.door() for p in app.PROVIDERS]"
# Nothing is written at run time: the root file system may be read-only. (A volume over `authority`
# keeps the local authority of EMULATOR_TLS=/app/authority, whoever it is run as.)
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 4600 4601 4643 4644 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["token-emulator", "healthcheck"]
CMD ["token-emulator", "serve"]
