import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AppOptions } from '#api/http/app.ts'
import type { ApiConfig } from '#api/config.ts'
import { startApi } from '#api/main.ts'
import type { WorkerConfig } from '#workers/config.ts'

/** A part of the product in a process of its own. `kill` is a power cut. */
export type Part = { kill(): Promise<void> }

export function startWorkerProcess(config: WorkerConfig, logs: string[]): Promise<Part> {
  return startPart('./worker-process.ts', { config, logs })
}

type Apart = { readonly logs: string[]; readonly app?: AppOptions }

const CHECKED: AppOptions = { checkAnswers: true }

/** In this process, or, where its logs are to be kept or it is to run as in use, in one of its own. */
export async function openApi(config: ApiConfig, apart?: Apart): Promise<{ stop(): Promise<void> }> {
  if (!apart) return startApi(config, CHECKED)
  const { logs, app = CHECKED } = apart
  const part = await startPart('./api-process.ts', { config: { config, app }, logs })
  return { stop: () => part.kill() }
}

/** Up once it says so. */
async function startPart(
  script: string,
  { config, logs }: { config: object; logs: string[] },
): Promise<Part> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let said = ''
  let sayUp: () => void
  const isUp = new Promise<void>((resolve) => {
    sayUp = resolve
  })
  const listen = (chunk: Buffer) => {
    logs.push(chunk.toString())
    if (said.includes('is up\n')) return
    said += chunk.toString()
    if (said.includes('is up\n')) sayUp()
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const failed = ended.then(([code]) =>
    Promise.reject(new Error(`${script} ended with ${String(code)}: ${said}`)),
  )
  failed.catch(() => undefined)
  await Promise.race([isUp, failed])
  return {
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
