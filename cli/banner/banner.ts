import type { Running } from '../start/starting.ts'
import { walkThrough } from './walk-through.ts'

/** What a person needs to begin: where things are, who may sign in, what to type. */
export function banner({ apiUrl, temporalUiUrl, simulated, administrator }: Running): string {
  const lines = ['Sluice runs.']
  if (apiUrl !== undefined) lines.push(`  API          ${apiUrl}`, `  API docs     ${apiUrl}/docs`)
  if (temporalUiUrl !== undefined) lines.push(`  Temporal UI  ${temporalUiUrl}`)
  if (simulated) lines.push(`  Sandbox      ${simulated.url}, its key is in ${simulated.keyIsIn}`)
  if (administrator)
    lines.push(`  Login        ${administrator.login}`, `  Password     ${administrator.password}`)
  if (apiUrl !== undefined && administrator) {
    lines.push('', 'Try it:', walkThrough({ apiUrl, administrator, run: Date.now().toString(36) }))
  }
  return ['', ...lines, '', 'Ctrl-C stops everything; the next start finds the same data.', ''].join('\n')
}
