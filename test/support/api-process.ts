import type { AppOptions } from '#api/http/app.ts'
import type { ApiConfig } from '#api/config.ts'
import { startApi } from '#api/main.ts'

// The API in a process of its own, so that a test can read what it logs. Its settings come as one JSON argument.
const { config, app } = JSON.parse(process.argv[2] ?? '{}') as { config: ApiConfig; app: AppOptions }
await startApi(config, app)
process.stdout.write('API is up\n')
