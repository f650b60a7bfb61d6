import { startEngine } from '#test/support/engine.ts'
import { BANK_KEYS } from '#test/support/bank-side.ts'
import { opened } from '#test/support/opened.ts'
import { checkRun, expectedWorkflows, judge } from '#torture/checker/check-run.ts'
import { readBank, readHeld } from '#torture/checker/read-bank.ts'
import { connectAsOwner } from '#torture/checker/read-book.ts'
import { readWorkflows } from '#torture/checker/read-workflows.ts'
import { RULES } from '#torture/checker/rules.ts'
import type { Run, Violation } from '#torture/checker/run.ts'
import { readExchanges } from '#torture/log.ts'
import { runHonestly } from './honest-run.ts'
import { makeHonestWorld } from './honest-world.ts'
import { readSpoilt, type Names, type Spoil } from './spoil.ts'
import { BOOK_SPOILS } from './spoils-of-the-book.ts'
import { BANK_SPOILS, LOG_SPOILS } from './spoils-of-the-log.ts'
import { HELD_SPOILS } from './spoils-of-the-platform.ts'
import { RULE_SPOILS } from './spoils-of-rules.ts'
import { openWitness } from './witness.ts'

const SPOILS: readonly Spoil[] = [BOOK_SPOILS, RULE_SPOILS, LOG_SPOILS, BANK_SPOILS, HELD_SPOILS].flat()

describe('the judge of a run', () => {
  const engine = opened(
    () => startEngine(),
    ({ stop }) => stop(),
  )
  const witness = opened(
    () => openWitness(engine),
    ({ close }) => close(),
  )
  const life = opened(liveHonestly, ({ owner }) => owner.end())

  it('finds nothing in an honest run of everything', async () => {
    expect(await judged()).toEqual([])
    expect(new Set(life.honest.book.operations.map(({ kind }) => kind)).size).toBe(12)
  })

  it('has been seen to find a breach of each of its rules', () => {
    const seen = new Set([...SPOILS.flatMap(({ breaks }) => breaks), ...BY_TEMPORAL])
    expect([...seen].toSorted()).toEqual(RULES.map(({ name }) => name).toSorted())
  })

  it.each(SPOILS.map((spoil) => [spoil.how, spoil] as const))('finds %s', async (_, spoil) => {
    const { book, log, bank: there, held, breaks } = spoil
    const run = {
      ...life.honest,
      ...(book && { book: await readSpoilt(life.owner, engine.book.projectId, book(life.names)) }),
      ...(log && { exchanges: log(life.honest.exchanges, life.names) }),
      ...(there && { bank: there(life.honest.bank, life.names) }),
      ...(held && { held: held(life.honest.held, life.names) }),
    }
    expect(rulesIn(judge(run))).toEqual(breaks.toSorted())
  })

  describe('what is done at the bank and to workflows, one after another', () => {
    it('finds a payout that was ordered past the book', async () => {
      const payout = { reference: 'op_nobody', amount: '1.00', currency: 'EUR', creditor: { fullName: 'A' } }
      const answer = await fetch(`${engine.bank.url}/payouts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${BANK_KEYS.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(payout),
      })
      expect(answer.status).toBe(201)
      expect(await found()).toEqual(['bank_has_no_other'])
    })

    it('finds a workflow that stands for nothing', async () => {
      await engine.client.workflow.start('topUp', {
        workflowId: 'topup/op_nobody',
        taskQueue: 'nobody',
        args: [],
      })
      expect(await found()).toEqual(['bank_has_no_other', 'workflows_are_of_known_operations'])
    })

    it('finds a history that tells who a client is', async () => {
      await engine.client.workflow.start('note', {
        workflowId: 'note/1',
        taskQueue: 'nobody',
        args: [{ about: 'Grace Hopper' }],
      })
      expect(await found()).toContain('histories_hold_no_personal_data')
    })

    it('finds an operation whose workflow was ended', async () => {
      await engine.client.workflow.getHandle(`withdrawal/${life.names.waiting}`).terminate()
      expect(await found()).toEqual(expect.arrayContaining(['no_workflow_fails', 'workflows_agree']))
      expect(await found()).not.toContain('checks_are_running')
    })

    it('finds a check that nobody waits for any more', async () => {
      await engine.client.workflow.getHandle(`aml/${life.names.underReview}/1`).terminate()
      expect(await found()).toContain('checks_are_running')
    })
  })

  async function liveHonestly() {
    const world = await makeHonestWorld(engine)
    const run = await runHonestly({ engine, witness, world })
    await engine.killWorker()
    const { accountant } = engine
    const names: Names = { ...world, ...run, issuer: engine.book.issuerId, accountant: accountant.id }
    const owner = await connectAsOwner(engine.database.ownerUrl)
    const book = await readSpoilt(owner, engine.book.projectId, [])
    const honest: Run = {
      book,
      exchanges: readExchanges(witness.logFile),
      bank: await readBank(bank()),
      held: await readHeld(bank()),
      workflows: await readWorkflows(engine.temporal, expectedWorkflows(book)),
    }
    return { names, owner, honest }
  }

  function bank() {
    return { url: engine.bank.url, apiKey: BANK_KEYS.apiKey }
  }

  function judged() {
    return checkRun({
      ownerUrl: engine.database.ownerUrl,
      temporal: engine.temporal,
      logFile: witness.logFile,
      bank: bank(),
    })
  }

  async function found() {
    return rulesIn(await judged())
  }
})

/** Broken for real, at the end, for it cannot be undone. */
const BY_TEMPORAL = [
  'no_workflow_fails',
  'workflows_agree',
  'workflows_are_of_known_operations',
  'checks_are_running',
  'histories_hold_no_personal_data',
]

const rulesIn = (violations: readonly Violation[]) =>
  [...new Set(violations.map(({ rule }) => rule))].toSorted()
