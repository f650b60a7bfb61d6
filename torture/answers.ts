import type { Heard } from './caller.ts'

/** What a person sees of an operation. */
export type Shown = {
  readonly id: string
  readonly type: string
  readonly phase: string
  readonly requestIdentifier: number
  readonly decideBy: string | null
  /** Plain decimal. */
  readonly amount: string
}

type Body = {
  readonly process?: Shown
  readonly lines?: readonly {
    readonly id: string | null
    readonly state: string
    readonly operationId: string | null
  }[]
  readonly records?: readonly {
    readonly businessProcessId: string
    readonly waits: { readonly since: string } | null
  }[]
}

/** Ids of operations that an answer speaks of. */
export function operationsIn({ status, answer }: Heard): string[] {
  if (status === null || status >= 300) return []
  const { process, lines = [] } = answer as Body
  return [process?.id, ...lines.map(({ operationId }) => operationId)].filter((id) => typeof id === 'string')
}

/** What was taken, and has no verdict yet. */
export function acceptedIn(heard: Heard): Shown | undefined {
  return heard.status === 202 ? (heard.answer as Body).process : undefined
}

/** Ids of bank lines whose money stands in suspense. */
export function linesIn({ status, answer }: Heard): string[] {
  if (status !== 200) return []
  const { lines = [] } = answer as Body
  return lines.flatMap(({ id, state }) => (id !== null && state === 'suspense' ? [id] : []))
}

export function shownIn({ status, answer }: Heard): Shown | undefined {
  return status === 200 ? (answer as Body).process : undefined
}

/** Ids of operations in a page of the queue that have waited for so long. */
export function waitingIn({ status, answer }: Heard, forMs: number): string[] {
  if (status !== 200) return []
  const { records = [] } = answer as Body
  return records
    .filter(({ waits }) => waits !== null && Date.now() - Date.parse(waits.since) > forMs)
    .map(({ businessProcessId }) => businessProcessId)
}
