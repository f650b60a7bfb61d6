import { freshCode } from './catalogue.ts'
import type { Engine } from './engine.ts'

export type OpenedAsset = {
  readonly id: string
  readonly serial: string
  readonly active: boolean
  readonly openingBalance: {
    readonly id: string
    readonly requestIdentifier: number
    readonly phase: string
  } | null
}

/** Of a type of its own, and on. @returns its id */
export async function openClientAccount(engine: Engine, owner: string): Promise<string> {
  const label = freshCode()
  await engine.call(engine.administrator, '/configurations/account-types', { label, name: 'A type' })
  const answer = await engine.call(engine.accountant, '/accounts', { type: label, owner })
  const { id } = JSON.parse(answer.text) as { id: string }
  await switchAccount(engine, id, true)
  return id
}

export async function switchAccount(engine: Engine, account: string, active: boolean): Promise<void> {
  const answer = await engine.request(engine.accountant, `/accounts/${account}`, {
    method: 'PATCH',
    body: { active },
  })
  if (answer.status !== 200) throw new Error(answer.text)
}

export async function addAsset(engine: Engine, account: string, body: object): Promise<OpenedAsset> {
  const answer = await engine.call(engine.accountant, `/accounts/${account}/assets`, body)
  if (answer.status !== 201) throw new Error(answer.text)
  return JSON.parse(answer.text) as OpenedAsset
}
