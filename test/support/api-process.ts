import type { ApiConfig } from '#api/config.ts'
import { startApi } from '#api/main.ts'

// The API in a process of its own, so that a test can read what it logs. Its settings come as one JSON argument.
await startApi(JSON.parse(process.argv[2] ?? '{}') as ApiConfig, { checkAnswers: true })
process.stdout.write('API is up\n')
