import { Client, Connection } from '@temporalio/client'
import type { Ask, Caller } from './caller.ts'
import type { Random } from './random.ts'
import { NAMESPACE } from './stack.ts'

/** As people do who decide from the Temporal UI or CLI. */
export type Carrier = ReturnType<typeof createCarrier>

type Ticket = {
  readonly workflowId: string
  readonly signal: string
  readonly input: { readonly ticket: string }
}

/** How often the same Signal is sent a second time, and how often one comes that carries nothing. */
const TWICE = 0.3
const EMPTY = 0.2
const PATIENCE_MS = 8_000

/** Fetches a ticket over the API and carries it to the workflow past it. */
export function createCarrier({ caller, address }: { caller: Caller; address: string }) {
  const connection = Connection.lazy({ address })
  const client = new Client({ connection, namespace: NAMESPACE })
  let carried = 0

  async function carry(ask: Ask, random: Random): Promise<void> {
    const heard = await caller.send(ask)
    if (heard.status !== 201) return
    const { workflowId, signal, input } = heard.answer as Ticket
    const handle = client.workflow.getHandle(workflowId)
    const inputs = [
      ...(random.chance(EMPTY) ? [{}, { ticket: 'tkt_00000000000000000000000000' }] : []),
      input,
      ...(random.chance(TWICE) ? [input] : []),
    ]
    // A server that is away, or a workflow that has ended: then nobody has decided this way.
    const done = await client.withDeadline(Date.now() + PATIENCE_MS, () =>
      Promise.allSettled(inputs.map((one) => handle.signal(signal, one))),
    )
    if (done.some(({ status }) => status === 'fulfilled')) carried += 1
  }

  return { carry, carried: () => carried, close: () => connection.close() }
}

/** What asks for a ticket to decide so. Undefined where the decision has no such form. */
export function ticketAskFor(ask: Ask, phase: string): Ask | undefined {
  const [, requests = '', number = '', verb = ''] = ask.path.split('/')
  const decision = verb === 'approve' ? APPROVES[phase] : verb.replace('-', '_')
  if (decision === undefined) return undefined
  return { ...ask, path: `/${requests}/${number}/ticket`, body: { ...ask.body, decision } }
}

const APPROVES: Readonly<Record<string, string>> = {
  limited: 'allow',
  review: 'clear',
  awaiting_decision: 'accept',
}
