import type { Person } from './caller.ts'
import { openCurrency } from './currencies.ts'
import { openHoldings } from './holdings.ts'
import { hirePeople } from './people.ts'
import { layDownRules, priceAndLimit, type Ruled } from './rules.ts'
import { ADMIN, type BankSide } from './stack.ts'
import { CURRENCY, IBAN, type Body, type Coin, type Setup, type World } from './world.ts'

/** Everything that has to be there before anything goes wrong. */
export async function makeWorld({
  api,
  ownerUrl,
  bank,
}: {
  api: string
  ownerUrl: string
  bank: BankSide
}): Promise<World & { layDownRules(): Promise<void> }> {
  const call = setupOver(api)
  const signedIn = await call({ token: '' }, 'POST /authorization', ADMIN)
  const administrator = {
    id: signedIn.members[0]?.user.id ?? '',
    token: signedIn.authorizationToken.token,
  }
  const people = await hirePeople(ownerUrl)
  try {
    const accountants = await inTurn(3, () => people.hireStaff('accountant'))
    const staff = {
      administrator,
      accountants,
      cfo: await people.hireStaff('cfo'),
      compliance: await people.hireStaff('compliance_manager'),
      antifraud: await people.hireStaff('antifraud_specialist'),
    }
    const issuer = await openCurrency(call, administrator, EURO)
    const banks = await openBanks(call, administrator)
    const open = async (name: string): Promise<Coin> => {
      const client = await people.addClient(name)
      const { serial } = await call(client, 'POST /coins', { name: 'Euros', issuerId: issuer })
      for (const bankId of Object.values(banks))
        await linkAccount(call, administrator, { client, serial, bankId })
      return { ...client, serial }
    }
    const clients = await inTurn(6, (n) => open(`Client ${n}`))
    const limited = await inTurn(2, (n) => open(`Limited ${n}`))
    const suspect = await open('Suspect One')
    const { holdings, issuers } = await openHoldings(call, {
      administrator,
      bank,
      owners: { clients, limited },
    })
    const world = { ...staff, clients, limited, suspect, banks, holdings }
    const ruled: Ruled = { euro: issuer, dollar: issuers.USDT, bitcoin: issuers.BTC }
    await priceAndLimit(call, world, ruled)
    return { ...world, layDownRules: () => layDownRules(call, world, ruled) }
  } finally {
    await people.close()
  }
}

async function inTurn<T>(count: number, make: (n: number) => Promise<T>): Promise<[T, ...T[]]> {
  const made: [T, ...T[]] = [await make(1)]
  for (let n = 2; n <= count; n += 1) made.push(await make(n))
  return made
}

const EURO = { code: CURRENCY, digitalCode: '978', symbol: '€', name: 'Euro' }

async function openBanks(call: Setup, by: Person): Promise<World['banks']> {
  const open = async (name: string, bic: string, more: object = {}) => {
    await call(by, 'POST /bank-catalog', { name, bic, swift: bic, ...more })
    const { records } = await call(by, 'GET /bank-catalog')
    return records.find((bank) => bank.bic === bic)?.bankId ?? ''
  }
  return {
    integrated: await open('Integrated', 'DEUTDEFF', { platform: 'simulated' }),
    manual: await open('Manual', 'COBADEFF'),
  }
}

async function linkAccount(
  call: Setup,
  by: Person,
  { client, serial, bankId }: { client: Person & { name: string }; serial: string; bankId: string },
): Promise<void> {
  const path = `/my/bank-accounts/coin/${serial}/with-bank`
  const { bankAccountId } = await call(client, `POST ${path}`, { bankId, fullName: client.name, iban: IBAN })
  await call(by, `POST /bank-accounts/${bankAccountId}/approve`, {})
}

function setupOver(api: string): Setup {
  return async ({ token }, what, body) => {
    const [method = '', path = ''] = what.split(' ')
    const answer = await fetch(`${api}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === '' ? {} : { authorization: `TOKEN ${token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`setting up: ${what} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as Body
  }
}
