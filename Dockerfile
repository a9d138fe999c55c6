# Webster's image: docker build -t webster .
# Its commands are those of bin/image.mjs: server (the default), worker, migrate, and all of `webster`, such as doctor.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# A registry of your own: docker build --secret id=npmrc,src=$HOME/.npmrc .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --include=dev
COPY . .
RUN node bin/ship.mjs /shipped && npm sbom --omit dev --sbom-format cyclonedx > /shipped/sbom.cdx.json

FROM ${BASE}
ARG VERSION=
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="Webster" \
  org.opencontainers.image.description="Webhooks for a SaaS: sent signed, retried and recorded; received, verified and passed on" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}"
# Nothing is installed in a container: what installs can go.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
  && ln -s /app/bin/image.mjs /usr/local/bin/webster
COPY --from=build /shipped /app
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 WEBSTER_OPERATIONS_PORT=9090
EXPOSE 3000 9090
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/bin/image.mjs", "healthy"]
ENTRYPOINT ["node", "/app/bin/image.mjs"]
CMD ["server"]
