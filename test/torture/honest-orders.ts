import { until } from '#test/support/poll.ts'
import type { Answer } from '#test/support/wire.ts'
import type { Honest } from './honest.ts'

const idOf = ({ body }: Answer) => body.process.id

/** Somewhat of everything that a platform does which keeps balances. Ids by name. */
export async function runOnPlatform(honest: Honest) {
  const { engine, witness, world } = honest
  const { accountant, secondAccountant } = engine
  const { holder, desk, dollars, bitcoin } = world
  const ask = (verb: string, amount: string, more: { by?: typeof holder; mark: string; body?: object }) =>
    witness.ask(
      {
        by: more.by ?? accountant,
        path: `/assets/${dollars.id}/${verb}`,
        body: { amount, ...more.body },
      },
      { mark: more.mark },
    )
  const done = async (asked: Answer, phase = 'processed') => {
    await engine.reach(accountant, idOf(asked), phase)
    return idOf(asked)
  }
  const accepted = async (asked: Answer, phase = 'processed', by = accountant) => {
    await witness.decide(by, asked, { verb: 'approve' })
    return done(asked, phase)
  }
  const deposited = await done(await ask('deposit', '100', { mark: 'a deposit' }))
  await engine.orderFault('timeout_after_commit')
  const unheard = await done(await ask('deposit', '50', { mark: 'a deposit that is not heard of' }))
  const requested = await accepted(await ask('deposit', '20', { mark: 'a deposit by request', by: holder }))
  const withdraw = (amount: string, mark: string) => ask('withdraw', amount, { mark, by: holder })
  const withdrawn = await accepted(await withdraw('10', 'a withdrawal from the platform'))
  await engine.orderFault('refuse')
  const refused = await accepted(await withdraw('11', 'one that the platform refuses'), 'failed')
  const unwanted = await withdraw('12', 'one that is declined')
  await witness.decide(accountant, unwanted, { verb: 'decline' })
  const waiting = await withdraw('13', 'one that waits')
  const body = { buyAssetId: bitcoin.id }
  const traded = await done(await ask('trade', '30', { mark: 'a trade', by: holder, body }))
  const back = await witness.ask(
    { by: secondAccountant, path: `/transactions/${deposited}/reverse`, body: { amount: '5' } },
    { mark: 'a deposit that is taken back in part' },
  )
  const takenBack = await accepted(back)
  await engine.orderFault('callback_other_amount')
  const odd = await done(await ask('deposit', '7', { mark: 'a deposit with an odd call' }))
  await engine.client.workflow.getHandle(`platform-deposit/${odd}`).result()
  await moveByItself(honest)
  return {
    deposited,
    unheard,
    requested,
    withdrawn,
    refused,
    unwanted: await done(unwanted, 'declined'),
    heldBack: idOf(waiting),
    traded,
    takenBack,
    platform: desk.platform,
  }
}

async function moveByItself({ engine, world: { desk, dollars } }: Honest): Promise<void> {
  await desk.moveByItself(dollars.id, 'USDT', '3.5')
  await desk.moveByItself(dollars.id, 'USDT', '-1.25')
  await until('the mirror to follow', async () => {
    const asked = await engine.request(engine.accountant, `/assets/${dollars.id}/sync`, { method: 'POST' })
    return (asked.body as unknown as { state: string }).state === 'agrees' || undefined
  })
  await until('the odd call', async () => {
    const view = { body: { filter: { parts: [desk.platform], kinds: ['odd_call'] } } }
    const { body } = await engine.request(engine.accountant, '/reconciliation/breaks/view', view)
    return (body as unknown as { records: object[] }).records.length === 1 || undefined
  })
}
