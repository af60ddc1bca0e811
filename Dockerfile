FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN useradd --create-home --uid 10001 mon_ps \
    && install -d -o mon_ps -g mon_ps /var/lib/mon_ps

WORKDIR /app
COPY requirements.lock ./
RUN python -m pip install --require-hashes -r requirements.lock

COPY bot ./bot
COPY charts ./charts
COPY exports ./exports
COPY config ./config
COPY engine ./engine
COPY jobs ./jobs
COPY storage ./storage

ENV PYTHONPATH=/app \
    MON_PS_DATA_DIR=/var/lib/mon_ps \
    MON_PS_LOG_FORMAT=json
VOLUME /var/lib/mon_ps
USER mon_ps
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot"]
