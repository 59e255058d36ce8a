# The service on its own; docker-compose.yml puts a PostgreSQL beside it and, for development, an identity provider.
FROM node:20-bookworm-slim AS identity-provider
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY data data
USER node
CMD ["node", "scripts/identity-provider.mjs"]

FROM node:20-bookworm-slim AS service
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts
COPY scripts scripts
COPY src src
COPY migrations migrations
COPY data data
RUN node scripts/build.mjs
RUN install -d -o node -g node -m 700 /var/lib/golden-thread/evidence
USER node
ENV HOST=0.0.0.0 NODE_ENV=production EVIDENCE_DIR=/var/lib/golden-thread/evidence
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=24", "--heap-growing-percent=80", "scripts/start.mjs"]
