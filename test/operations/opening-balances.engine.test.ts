import { inProject } from '#db/connection.ts'
import { freshCode } from '#test/support/catalogue.ts'
import { until } from '#test/support/poll.ts'
import { addAsset, openClientAccount, switchAccount, type OpenedAsset } from '#test/support/assets.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, directTopUp, transfer } from '#test/support/wishes.ts'

describe('what an asset begins with', () => {
  const engine = useEngine()

  it('waits for another person, and is credited to the asset although that is not active yet', async () => {
    const asset = await opened()
    expect(asset).toMatchObject({
      active: false,
      amount: '0.00',
      openingBalance: { amount: '250.00', phase: 'awaiting_decision' },
    })
    expect((await queue('approve', asset, engine.accountant)).status).toBe(403)
    const approved = await queue('approve', asset)
    expect(approved.body.process).toMatchObject({
      type: 'opening_balance',
      phase: 'processed',
      commission: '0.00',
    })
    expect(await assetOf(asset)).toMatchObject({
      active: false,
      amount: '250.00',
      allTimeDeposited: '250.00',
      openingBalance: { phase: 'processed' },
    })
    const shown = await engine.read(engine.accountant, asset.openingBalance?.id ?? '')
    expect(shown.workflow?.id).toBe(`opening/${shown.id}`)
    expect(shown.transactions.map(({ type }) => type)).toEqual(['issue', 'transfer'])
  })

  it('is nothing where it was declined, and the asset stays', async () => {
    const asset = await opened()
    expect((await queue('decline', asset)).body.process.phase).toBe('declined')
    expect(await assetOf(asset)).toMatchObject({ amount: '0.00', openingBalance: { phase: 'declined' } })
  })

  it('is screened as a top-up is', async () => {
    const officer = await engine.hire('compliance_manager')
    const named = { name: freshCode(), types: ['bank_topup'] }
    const policy = await engine.call(officer, '/aml/policies', { ...named, provider: 'rules' })
    // It counts itself, as one of the top-ups.
    const often = { ...named, type: 'velocity_count', verdict: 'review', fromCount: 1, windowHours: 1 }
    await engine.call(officer, '/aml/rules', often)
    const asset = await opened()
    const { holdBacks } = await engine.reach(engine.accountant, asset.openingBalance?.id ?? '', 'review')
    expect(holdBacks.screening.checks).toMatchObject([{ verdict: 'review' }])
    const path = `/aml/policies/${(JSON.parse(policy.text) as { id: string }).id}`
    await engine.request(officer, path, { method: 'PATCH', body: { active: false } })
  })

  it('is taken back as a top-up is', async () => {
    const asset = await opened()
    await queue('approve', asset)
    const reversal = await engine.call(
      engine.accountant,
      `/transactions/${asset.openingBalance?.id}/reverse`,
      { reason: 'typed wrongly', amount: '50.00' },
    )
    const { requestIdentifier } = reversal.body.process
    await engine.call(engine.secondAccountant, `/business-requests/${requestIdentifier}/approve`, {})
    expect(await assetOf(asset)).toMatchObject({ amount: '200.00', allTimeDeposited: '250.00' })
  })

  it('is not promised to a client who is frozen', async () => {
    const client = await engine.addClient()
    const account = await openClientAccount(engine, client.organization)
    const officer = await engine.hire('compliance_manager')
    const frozen = { paramType: 'FROZEN', paramValue: true }
    await engine.request(officer, `/users/${client.id}`, { method: 'PATCH', body: frozen })
    const body = { currency: 'EUR', balance: '1.00' }
    const refused = await engine.call(engine.accountant, `/accounts/${account}/assets`, body)
    expect([refused.status, refused.text.includes('client_frozen')]).toEqual([422, true])
    const assets = await engine.request(engine.accountant, `/accounts/${account}/assets`)
    expect(JSON.parse(assets.text)).toMatchObject({ total: 0 })
  })

  it('comes to be where the workers were away when it was asked for', async () => {
    await engine.killWorker()
    const waiting = opened()
    await engine.startWorker()
    const asset = await waiting
    await until('it to wait', async () => {
      const { openingBalance } = await assetOf(asset)
      return openingBalance?.phase === 'awaiting_decision' ? true : undefined
    })
  })

  // Last, for the rule stays.
  it('waits as an approval rule for it says', async () => {
    const rule = {
      businessProcessType: 'opening_balance',
      stages: [{ roles: ['cfo'], approvers: 1 }],
    }
    const [cfo, ceo] = [await engine.hire('cfo'), await engine.hire('ceo')]
    const proposed = await engine.call(cfo, '/approval-rules', rule)
    const change = (JSON.parse(proposed.text) as { id: string }).id
    await engine.call(ceo, `/approval-rule-changes/${change}/approve`, {})
    const asset = await opened()
    expect((await queue('approve', asset)).status).toBe(403)
    expect((await queue('approve', asset, cfo)).body.process.phase).toBe('processed')
  })

  async function assetOf({ id }: OpenedAsset) {
    return JSON.parse((await engine.request(engine.accountant, `/assets/${id}`)).text) as OpenedAsset
  }

  async function opened(balance = '250.00') {
    const client = await engine.addClient()
    const account = await openClientAccount(engine, client.organization)
    return addAsset(engine, account, { currency: 'EUR', balance })
  }

  function queue(verb: 'approve' | 'decline', { openingBalance }: OpenedAsset, by = engine.secondAccountant) {
    return engine.call(by, `/business-requests/${openingBalance?.requestIdentifier}/${verb}`, {})
  }
})

describe('an account that is switched off while money moves', () => {
  const engine = useEngine()

  it('lets no transfer through from the moment that the switch was answered', async () => {
    const [from, to] = [await engine.addClient(100_000n), await engine.addClient()]
    const account = await ownAccountOf(from.organization)
    for (let round = 0; round < 3; round += 1) {
      const statuses: number[] = []
      let isOff = false
      const late: number[] = []
      const caller = async () => {
        for (let n = 0; n < 15; n += 1) {
          const wasOff = isOff
          const { status } = await ask(engine, transfer(from, to, '1.00'))
          ;(wasOff ? late : statuses).push(status)
        }
      }
      const switching = async () => {
        await until('some to be through', async () => (statuses.length > 8 ? true : undefined))
        await switchAccount(engine, account, false)
        isOff = true
      }
      await Promise.all([caller(), caller(), caller(), switching()])
      expect(new Set(late)).toEqual(new Set([422]))
      expect(statuses.every((status) => status === 201 || status === 422)).toBe(true)
      expect((await ask(engine, directTopUp(engine, from, '1.00'))).status).toBe(422)
      await switchAccount(engine, account, true)
      expect((await ask(engine, transfer(from, to, '1.00'))).status).toBe(201)
    }
  })

  async function ownAccountOf(organization: string): Promise<string> {
    return inProject(engine.book.db, engine.book.projectId, async (trx) => {
      const row: { id: string } = await trx('accounts').where({ organization_id: organization }).first('id')
      return row.id
    })
  }
})
