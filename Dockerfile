FROM node:22-slim

WORKDIR /sluice
ENV NODE_ENV=production

# The dependencies first: they change less often than the sources, and their layer is kept.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

COPY tsconfig.json ./
COPY domain domain
COPY db db
COPY ledger ledger
COPY integrations integrations
COPY activities activities
COPY workflows workflows
COPY temporal temporal
COPY audit audit
COPY workers workers
COPY api api
COPY cli cli
COPY embedded embedded

USER node
EXPOSE 3000
CMD ["node", "--import", "tsx", "cli/start.ts"]
