import type { ApiConfig } from '#api/config.ts'
import { startApi } from '#api/main.ts'
import { startBareRoutes } from './bare/routes.ts'
import { readArgument, sayUp } from './part-side.ts'

// The API as it runs in use, and beside it in the same process the bare limits of what it does over HTTP.
const config = readArgument() as ApiConfig
const api = await startApi(config)
const bare = await startBareRoutes(config)
sayUp({ apiUrl: api.url, bareUrl: bare.url })
