# syntax=docker/dockerfile:1
# The server alone: no database, no demo data. DATABASE_URL is mandatory; `migrate` is a step of its own
# (ops/compose.yaml). Needs no network but the crate registry, and no database: the queries are in .sqlx.

FROM rust:1.95-slim-bookworm AS build
# For the allocator, which is written in C.
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
ENV SQLX_OFFLINE=true CARGO_INCREMENTAL=0
# First the dependencies, from an empty program: this layer is built again only when Cargo.lock changes.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
    && cargo build --release --locked --bin nexus \
    && rm -r src target/release/nexus target/release/deps/*nexus*
COPY .sqlx .sqlx
COPY build.rs ./
COPY migrations migrations
COPY assets assets
COPY src src
# Older than the empty program they would be, by the dates of the checkout.
RUN find src build.rs -exec touch {} + && cargo build --release --locked --bin nexus

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/nexus --create-home --shell /usr/sbin/nologin nexus
COPY --from=build /src/target/release/nexus /usr/local/bin/nexus
COPY ops/healthy /usr/local/bin/nexus-healthy
USER nexus
WORKDIR /var/lib/nexus
# DEMO=0 for the day somebody forgets DATABASE_URL: the image has no PostgreSQL, and says so.
ENV DATA_DIR=/var/lib/nexus DEMO=0 PORT=3000
VOLUME /var/lib/nexus
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["nexus-healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["nexus"]
CMD ["serve"]
