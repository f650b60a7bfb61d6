import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker'
import { pino } from 'pino'
import { bundleOnce } from '#workers/main.ts'
import { installRuntime } from '#workers/runtime.ts'
import { listHistories, readHistory, readHistoryText, type History, type Json } from './history-file.ts'
import { outlineOf } from './outline.ts'
import { PERSONAL_WORDS } from './requests.ts'

describe('saved histories', () => {
  beforeAll(() => installRuntime(pino({ level: 'fatal' })))

  it('are there for every path, and show it', async () => {
    const found: Record<string, string> = {}
    for (const name of await listHistories()) found[name] = outlineOf(await readHistory(name))
    expect(found).toEqual(RECORDED)
  })

  it('replay with the workflows of today', async () => {
    const names = await listHistories()
    const errors = await replay(await bundleOnce(), names)
    expect(errors).toEqual(new Map(names.map((name) => [name, undefined])))
  })

  it('do not replay with a withdrawal that does the same in another order', async () => {
    const altered = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./altered/index.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    })
    const errors = await replay(altered, ['withdrawal-started-for-nothing', 'withdrawal-paid-at-once'])
    expect(errors.get('withdrawal-started-for-nothing')).toBeUndefined()
    expect(errors.get('withdrawal-paid-at-once')).toMatchObject({ name: 'DeterminismViolationError' })
  })

  it.each([
    ['anybody’s name, account or words', PERSONAL_WORDS],
    ['an address of a person or a process', /\S@\S/],
    ['a path', /(?:^|[^\w.])\/\w|\\\\/],
    ['an address on the network', /\b\d{1,3}(?:\.\d{1,3}){3}\b|localhost/],
  ])('hold nowhere %s', async (_, pattern) => {
    const texts: string[] = []
    for (const name of await listHistories())
      texts.push(...textsIn(JSON.parse(await readHistoryText(name)) as Json))
    expect(texts).toContainEqual(expect.stringContaining('"requestIdentifier"'))
    expect(texts.filter((text) => pattern.test(text))).toEqual([])
  })
})

/** What was recorded: the steps in order, a plus where one was repeated, and how it ended. */
const RECORDED: Readonly<Record<string, string>> = {
  'check-clear': 'beginScreening screenOperation recordScreening: processed',
  'check-hit': 'beginScreening screenOperation recordScreening: rejected',
  'check-review-cleared': 'beginScreening screenOperation recordScreening decideOperation: awaiting_decision',
  'check-started-for-nothing': 'beginScreening: ',
  'check-without-an-answer': 'beginScreening screenOperation recordScreening decideOperation: processed',
  'import-complete': 'beginImport validateImport applyImport: ',
  'import-refused': 'beginImport validateImport: ',
  'import-started-for-nothing': 'beginImport: ',
  'opening-balance-accepted': 'registerOperation decideOperation: processed',
  'opening-balance-declined': 'registerOperation decideOperation: declined',
  'asset-sync': 'syncAsset: ',
  'platform-deposit-confirmed': 'registerOperation sendOrder recordOrder: processed',
  'platform-deposit-found-after-a-time-out':
    'registerOperation sendOrder recordOrder lookUpOrder recordOrder: processed',
  'platform-deposit-refused': 'registerOperation sendOrder recordOrder: failed',
  'platform-deposit-told-to-wait': 'registerOperation sendOrder+ recordOrder: processed',
  'platform-trade-confirmed': 'registerOperation sendOrder recordOrder: processed',
  'platform-withdrawal-confirmed': 'registerOperation decideOperation sendOrder recordOrder: processed',
  'platform-withdrawal-declined': 'registerOperation decideOperation: declined',
  'reconciliation-complete': 'reconcileBook reconcilePlatform recordTry: ',
  'reversal-accepted': 'registerOperation decideOperation: processed',
  'reversal-declined': 'registerOperation decideOperation: declined',
  'suspense-return-paid': 'registerOperation decideOperation sendOrder recordOrder: processed',
  'top-up-review-cleared': 'registerOperation decideOperation: processed',
  'top-up-screened-again': 'registerOperation decideOperation: processed',
  'top-up-screened-and-accepted': 'registerOperation decideOperation: processed',
  'transfer-held-back-by-two': 'registerOperation decideOperation+: processed',
  'transfer-limited-then-allowed': 'registerOperation decideOperation: processed',
  'payout-return-before-the-original-settled': 'findReturnPlatform openReturn registerOperation+: processed',
  'payout-return-booked': 'findReturnPlatform openReturn registerOperation: processed',
  'payout-return-cancel-not-obeyed': 'findReturnPlatform openReturn+ registerOperation: processed',
  'payout-return-found-at-the-second-look': 'findReturnPlatform openReturn+ registerOperation: processed',
  'payout-return-started-for-nothing': 'findReturnPlatform registerOperation: unknown',
  'top-up-accepted': 'registerOperation decideOperation: processed',
  'top-up-accepted-by-signal': 'registerOperation decideOperation: processed',
  'top-up-declined': 'registerOperation decideOperation: declined',
  'top-up-direct': 'registerOperation: processed',
  'top-up-expired': 'registerOperation expireDecision: declined',
  'top-up-signal-while-closing': 'registerOperation decideOperation+: processed',
  'top-up-started-for-nothing': 'registerOperation: unknown',
  'top-up-started-under-a-strange-name': 'registerOperation: unknown',
  'withdrawal-book-away-for-long': 'registerOperation decideOperation! decideOperation: declined',
  'withdrawal-cancel-not-obeyed': 'registerOperation decideOperation: declined',
  'withdrawal-decisions-in-one-task': 'registerOperation decideOperation+: processed',
  'withdrawal-declined': 'registerOperation decideOperation: declined',
  'withdrawal-declined-by-signal': 'registerOperation decideOperation: declined',
  'withdrawal-expired': 'registerOperation expireDecision: declined',
  'withdrawal-found-when-already-returned':
    'registerOperation decideOperation sendOrder recordOrder lookUpOrder recordOrder: processed',
  'withdrawal-paid-at-once': 'registerOperation decideOperation sendOrder recordOrder: processed',
  'withdrawal-payout-refused': 'registerOperation decideOperation sendOrder recordOrder: failed',
  'withdrawal-pending-then-confirmed':
    'registerOperation decideOperation sendOrder lookUpOrder+ recordOrder: processed',
  'withdrawal-pending-then-refused':
    'registerOperation decideOperation sendOrder lookUpOrder+ recordOrder: failed',
  'withdrawal-put-before-a-person':
    'registerOperation decideOperation sendOrder lookUpOrder+ markAttention lookUpOrder+ recordOrder: processed',
  'withdrawal-reference-typed-in': 'registerOperation decideOperation+: processed',
  'withdrawal-refusal-typed-in': 'registerOperation decideOperation+: failed',
  'withdrawal-refused': 'registerOperation: refused',
  'withdrawal-signal-without-ticket': 'registerOperation decideOperation+: declined',
  'withdrawal-started-again-after-the-end': 'registerOperation: processed',
  'withdrawal-started-again-while-paying-out': 'registerOperation lookUpOrder+ recordOrder: processed',
  'withdrawal-started-again-while-waiting':
    'registerOperation decideOperation sendOrder recordOrder: processed',
  'withdrawal-started-for-nothing': 'registerOperation: unknown',
  'withdrawal-two-accept-at-once': 'registerOperation decideOperation+: processed',
  'withdrawal-unknown-then-absent-then-sent-again':
    'registerOperation decideOperation sendOrder recordOrder lookUpOrder sendOrder recordOrder: processed',
  'withdrawal-unknown-then-found':
    'registerOperation decideOperation sendOrder recordOrder lookUpOrder recordOrder: processed',
}

/** Path → what went wrong; undefined where nothing did. */
async function replay(
  workflowBundle: WorkflowBundle,
  paths: readonly string[],
): Promise<Map<string, unknown>> {
  const histories = await Promise.all(paths.map(readHistory))
  const errors: unknown[] = []
  const named = histories.map((history) => ({ workflowId: workflowIdOf(history), history }))
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, named)) errors.push(error)
  return new Map(paths.map((path, index) => [path, errors[index]]))
}

/** A workflow takes its operation from its id. */
function workflowIdOf({ events }: History): string {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? ''
}

/** Every text in a history, those in payloads as they are meant. */
function textsIn(json: Json, key = ''): string[] {
  if (typeof json === 'string') return [key === 'data' ? Buffer.from(json, 'base64').toString() : json]
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([name, value]) => textsIn(value, name))
}
