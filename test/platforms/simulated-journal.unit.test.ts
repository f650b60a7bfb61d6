import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { openJournal } from '#integrations/platforms/simulated/server/journal.ts'
import { HOUR_MS, PAYOUT, useBank } from './bank-fixture.ts'
import { platformAt, startTestBank } from './simulated-harness.ts'
import { waitUntil } from './wait-until.ts'

const bank = useBank()

describe('the journal of the simulated bank', () => {
  it('has one line per event with all facts of the payout', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts/w-1/return', { reason: 'wrong_person' })
    const [paid, returned, ...more] = await bank.journal()

    expect(more).toEqual([])
    expect(Object.keys(paid ?? {}).slice(0, 3)).toEqual(['at', 'kind', 'reference'])
    expect(paid).toEqual({
      ...PAYOUT,
      at: expect.any(String),
      kind: 'payout.confirmed',
      bankReference: expect.any(String),
    })
    expect(returned).toMatchObject({
      ...PAYOUT,
      kind: 'payout.returned',
      bankReference: paid?.['bankReference'],
    })
  })

  it('stays one line per event for a name with line breaks in it', async () => {
    const fullName = 'Ana\u2028Love\u0085lace\u2029\r\n"}'
    await bank.ask('POST', '/payouts', { ...PAYOUT, creditor: { fullName } })
    const text = await readFile(bank.journalPath(), 'utf8')

    expect(text.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(2)
    expect(await bank.journal()).toMatchObject([{ creditor: { fullName } }])
  })

  it('brings the whole book back after a restart', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts/w-1/return')
    await bank.ask('POST', '/faults', { fault: 'refuse', reason: 'account_closed' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-2' })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-3' })
    const before = await bank.ask('GET', '/book')
    await bank.restart()

    expect(await bank.ask('GET', '/book')).toEqual(before)
    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-2' })).status).toBe(422)
    expect((await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-3', amount: '1' })).status).toBe(
      409,
    )
  })

  it.each([
    ['answer_late', 'pending', 'confirmed'],
    ['refuse_late', 'pending', 'refused'],
    ['return_after', 'confirmed', 'returned'],
  ])('keeps what is due after %s through a restart', async (fault, before, after) => {
    await bank.ask('POST', '/faults', { fault, delayMs: HOUR_MS })
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.restart()

    expect(await statusOf('w-1')).toBe(before)
    expect((await bank.ask('POST', '/payouts/w-1/hurry')).body).toMatchObject({ status: after })
    expect((await bank.ask('POST', '/payouts/w-1/hurry')).status).toBe(409)
  })

  it('lets a late commit land after a restart, by itself', async () => {
    await bank.ask('POST', '/faults', { fault: 'commit_late', delayMs: 600 })
    await platformAt(bank.url(), 300).payOut(PAYOUT)
    await bank.restart()

    await waitUntil('the payout lands', async () => (await statusOf('w-1')) === 'confirmed' || undefined)
    await bank.restart()
    expect((await bank.journal()).map(({ kind }) => kind)).toEqual([
      'fault.met',
      'request.delayed',
      'payout.confirmed',
    ])
  })

  it('forgets a late commit whose reference was booked meanwhile, also after a restart', async () => {
    await bank.ask('POST', '/faults', { fault: 'commit_late', delayMs: HOUR_MS })
    await platformAt(bank.url(), 300).payOut(PAYOUT)
    const resent = await bank.ask('POST', '/payouts', PAYOUT)
    await bank.restart()

    expect(resent.status).toBe(201)
    expect((await bank.ask('POST', '/payouts/w-1/hurry')).status).toBe(409)
    expect((await bank.ask('GET', '/payouts/w-1')).body).toEqual(resent.body)
  })

  it('cuts off a last line that was never finished', async () => {
    await bank.ask('POST', '/payouts', PAYOUT)
    const whole = await readFile(bank.journalPath(), 'utf8')
    await appendFile(bank.journalPath(), '{"at":"2026-01-01T00:00:00.000Z","kind":"payout.conf')
    await bank.restart()

    expect(await readFile(bank.journalPath(), 'utf8')).toBe(whole)
    expect(await statusOf('w-1')).toBe('confirmed')
  })

  it.each([
    ['a line that is no event', '{"kind":"payout.invented"}\n', /line 2 /],
    ['a payout booked twice', undefined, /the book cannot take payout.confirmed for w-1/],
  ])('does not start on %s', async (_what, line, message) => {
    await bank.ask('POST', '/payouts', PAYOUT)
    const first = await readFile(bank.journalPath(), 'utf8')
    const broken = `${bank.journalPath()}.broken`
    await writeFile(broken, first + (line ?? first))

    await expect(startTestBank({ journalPath: broken })).rejects.toThrow(message)
  })

  it('answers nothing more once a line could not be written', async () => {
    const { journal } = await openJournal(`${bank.journalPath()}.closed`)
    await journal.close()
    const met = {
      at: new Date().toISOString(),
      kind: 'fault.met',
      reference: 'w-1',
      fault: 'refuse',
    } as const

    await expect(journal.append(met)).rejects.toThrow('file closed')
    await expect(journal.settled()).rejects.toThrow('file closed')
    await expect(journal.append(met)).rejects.toThrow('file closed')
  })

  it('says in a sentence that its port is in use', async () => {
    const port = Number(new URL(bank.url()).port)

    await expect(startTestBank({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`)
  })
})

async function statusOf(reference: string): Promise<string> {
  return ((await bank.ask('GET', `/payouts/${reference}`)).body as { status: string }).status
}
