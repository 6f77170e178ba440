# The dashboard and its HTTP API in one process, as a user without rights, on port 8501; the state lies in the volume.
#   docker build -t model-ledger .
#   docker run --rm -v model-ledger:/var/lib/model-ledger model-ledger python -m dashboard demo
#   docker run -p 127.0.0.1:8501:8501 -e DASHBOARD_ALLOW_UNAUTHENTICATED=1 -v model-ledger:/var/lib/model-ledger model-ledger
# Without a login (docs/login.md) and without that setting the server refuses an address that others reach; with it, everybody reads.
#   docker run -p 127.0.0.1:8501:8501 --env-file login.env -v model-ledger:/var/lib/model-ledger model-ledger

FROM python:3.11-slim AS environment
WORKDIR /app
COPY requirements.txt ./
COPY install/uv.txt install/
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement install/uv.txt
RUN python -m venv --without-pip /opt/venv \
 && /opt/uv/bin/uv pip install --no-cache --compile-bytecode --require-hashes --python /opt/venv/bin/python --requirement requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 DASHBOARD_HOME=/var/lib/model-ledger
RUN useradd --system --uid 10001 --create-home ledger \
 && install --directory --owner ledger --group ledger /var/lib/model-ledger
COPY --from=environment /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN python -m compileall -q asgi.py dashboard pages
USER ledger
VOLUME /var/lib/model-ledger
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/readyz', timeout=4)"]
CMD ["python", "-m", "dashboard", "serve", "--host", "0.0.0.0", "--port", "8501"]
