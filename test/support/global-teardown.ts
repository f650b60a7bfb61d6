import { stopRun } from './running-servers.ts'

// Jest calls the default export.
export default stopRun
