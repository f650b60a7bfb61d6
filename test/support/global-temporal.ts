import { startRun } from './servers.ts'

// Jest calls the default export before the files of a level that asks for Postgres and Temporal.
export default startRun
