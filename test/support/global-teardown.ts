import { stopRun } from './servers.ts'

// Jest calls the default export after the last file.
export default stopRun
