import { startRun } from './running-servers.ts'

// Jest calls the default export.
export default startRun
