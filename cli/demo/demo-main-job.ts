import { newPassword } from '../start/administrator.ts'
import { createDemoClient, type DemoClient, type Process } from './demo-client.ts'
import { table } from './table.ts'

type Say = (line: string) => void
type Access = { readonly apiUrl: string; readonly login: string; readonly password: string }

/** The main job from the first sign-in to the last posting, each thing said as it happens. */
export async function playMainJob({ apiUrl, login, password }: Access, say: Say): Promise<void> {
  const client = createDemoClient(apiUrl)
  say('Signing in as the administrator.')
  const { authorizationToken } = await client.call(undefined, '/authorization', { login, password })
  const admin = authorizationToken.token
  const { issuer, bank } = await setUp(client, admin, say)
  const { accountant, ann } = await invitePeople(client, admin, say)

  const { serial } = await client.call(ann, '/coins', { name: 'My euros', issuerId: issuer })
  say(`Ann opens the coin ${serial}.`)
  const details = {
    coinSerial: serial,
    fullName: 'Ann Example',
    bankId: bank,
    iban: 'DE89370400440532013000',
  }
  const showCoin = async (when: string) => {
    const coin = (await client.call(ann, '/coins')).coins.find((one) => one.serial === serial)
    say(`    ${when}: amount ${coin?.amount}, available ${coin?.availableAmount}, held ${coin?.heldAmount}`)
  }
  const ask = async (path: string, amount: string) =>
    (await client.call(ann, path, { ...details, amount })).process
  const decide = (process: Process, family: string, verb: string) =>
    client.call(accountant, `/${family}/${process.requestIdentifier}/${verb}`, {})

  const topUp = await ask('/bank-top-ups/create-request/with-bank', '100.00')
  say(`Ann asks for a top-up of 100.00, request ${topUp.requestIdentifier}: ${topUp.status}.`)
  await showCoin('before the decision')
  await decide(topUp, 'bank-top-ups', 'accept')
  say('The accountant accepts.')
  await showCoin('credited')

  const { coinSerial: _, ...account } = details
  const { bankAccountId } = await client.call(ann, `/my/bank-accounts/coin/${serial}/with-bank`, account)
  await client.call(admin, `/bank-accounts/${bankAccountId}/approve`, {})
  say('Ann names the account to be paid out to, and the administrator approves it.')

  const paid = await ask('/bank-withdrawals/with-bank', '30.00')
  say(`Ann asks for a withdrawal of 30.00, request ${paid.requestIdentifier}: ${paid.status}.`)
  await showCoin('held')
  await decide(paid, 'bank-withdrawals', 'accept')
  say('The accountant accepts: captured into payout transit, and the bank is asked to pay.')
  const done = await client.untilDone(ann, paid.id)
  say(`    ${done.status}: the bank calls it ${done.bankReference ?? 'nothing'}. ${done.where}`)
  await showCoin('paid out')

  const refused = await ask('/bank-withdrawals/with-bank', '20.00')
  say(`Ann asks for another of 20.00, request ${refused.requestIdentifier}.`)
  await showCoin('held')
  await decide(refused, 'bank-withdrawals', 'decline')
  say('The accountant declines.')
  await showCoin('released')

  await report(client, ann, { processes: [topUp, paid, refused], say })
}

async function setUp(client: DemoClient, admin: string, say: Say): Promise<{ issuer: string; bank: string }> {
  await client.call(admin, '/currencies', { code: 'EUR', digitalCode: '978', symbol: '€', name: 'Euro' })
  await client.call(admin, '/issuers', { snPrefix: 'EUR', currencyCode: 'EUR', name: 'Euro wallet money' })
  await client.call(admin, '/bank-catalog', {
    name: 'Demo Bank',
    bic: 'DEUTDEFF',
    swift: 'DEUTDEFF500',
    platform: 'simulated',
  })
  const issuer = (await client.call(admin, '/issuers')).records.find(({ snPrefix }) => snPrefix === 'EUR')?.id
  const bank = (await client.call(admin, '/bank-catalog')).records.find(
    ({ bic }) => bic === 'DEUTDEFF',
  )?.bankId
  if (issuer === undefined || bank === undefined)
    throw new Error('The issuer EUR or the bank DEUTDEFF is missing.')
  say('Currency EUR, an issuer of it, and a bank that pays out through the simulated bank.')
  return { issuer, bank }
}

async function invitePeople(
  client: DemoClient,
  admin: string,
  say: Say,
): Promise<{ accountant: string; ann: string }> {
  const run = Date.now().toString(36)
  const logins = { accountant: `accountant.${run}@example.org`, ann: `ann.${run}@example.org` }
  const system = (await client.call(admin, '/organizations', { filter: { types: ['system'] } })).records[0]
    ?.id
  await client.call(admin, '/users', { login: logins.accountant, role: 'accountant', organizationId: system })
  await client.call(undefined, '/registration', {
    login: logins.ann,
    role: 'individual',
    name: 'Ann Example',
  })
  const confirm = async (login: string) => {
    const { records } = await client.call(admin, `/sandbox/outbox?to=${encodeURIComponent(login)}`)
    const otp = records[0]?.code
    say(`${login} registers with the code ${otp ?? ''}, read from the outbox.`)
    return (await client.call(undefined, '/registration/confirm', { login, otp, password: newPassword() }))
      .authorizationToken.token
  }
  return { accountant: await confirm(logins.accountant), ann: await confirm(logins.ann) }
}

async function report(
  client: DemoClient,
  token: string,
  { processes, say }: { processes: readonly Process[]; say: Say },
): Promise<void> {
  const all = await Promise.all(
    processes.map(async ({ id }) => (await client.call(token, `/transactions/${id}`)).process),
  )
  const rows = all.flatMap(({ requestIdentifier, transactions }) =>
    transactions.map(({ step, type, amount, from, to }) => [
      `${requestIdentifier}`,
      step.split(':')[0] ?? '',
      type,
      nameOf(from),
      nameOf(to),
      amount,
    ]),
  )
  say('\nThe postings:')
  for (const line of table(['request', 'step', 'leg', 'from', 'to', 'amount'], rows)) say(`  ${line}`)
  say('\nThe workflows:')
  for (const { requestIdentifier, type, status, workflow } of all)
    say(`  ${requestIdentifier}  ${type.padEnd(12)} ${status.padEnd(10)} ${workflow?.url ?? ''}`)
}

function nameOf({ serial, type }: { readonly serial: string; readonly type: string }): string {
  return type === 'client' ? serial : type
}
