import type { Administrator } from '../start/administrator.ts'
import type { CurlLine } from './curl-line.ts'

/** One thing to try: what it shows, and the line to paste into a shell. */
type Step = { readonly title: string; readonly command: string }

/** For the people that the lines make; it follows the password rules. */
const PASSWORD = 'Walk-Through-1!'
const TOKEN = 'authorizationToken.token'
const BANK = { bankId: '$BANK', fullName: 'Ann Example', iban: 'DE89370400440532013000' }

/** What exists already is refused by name, and found by the line after it. */
export function setUpSteps(call: CurlLine, administrator: Administrator): Step[] {
  const as = 'ADMIN'
  const bank = { name: 'Demo Bank', bic: 'DEUTDEFF', swift: 'DEUTDEFF500', platform: 'simulated' }
  return [
    {
      title: 'Sign in as the administrator',
      command: call('/authorization', { body: administrator, pick: TOKEN, keep: as }),
    },
    {
      title: 'A currency',
      command: call('/currencies', {
        as,
        body: { code: 'EUR', digitalCode: '978', symbol: '€', name: 'Euro' },
      }),
    },
    {
      title: 'An issuer of it: the unit of value in which the book balances',
      command: call('/issuers', {
        as,
        body: { snPrefix: 'EUR', currencyCode: 'EUR', name: 'Euro wallet money' },
      }),
    },
    {
      title: 'Its id',
      command: call('/issuers', {
        as,
        pick: 'records.find((one) => one.snPrefix === "EUR").id',
        keep: 'ISSUER',
      }),
    },
    {
      title: 'A bank whose payouts the simulated bank makes',
      command: call('/bank-catalog', { as, body: bank }),
    },
    {
      title: 'Its id',
      command: call('/bank-catalog', {
        as,
        pick: 'records.find((one) => one.bic === "DEUTDEFF").bankId',
        keep: 'BANK',
      }),
    },
    {
      title: 'The system organization',
      command: call('/organizations', {
        as,
        body: { filter: { types: ['system'] } },
        pick: 'records[0].id',
        keep: 'SYSTEM',
      }),
    },
  ]
}

export function peopleSteps(call: CurlLine, run: string): Step[] {
  const [accountant, ann] = [`accountant.${run}@example.org`, `ann.${run}@example.org`]
  const outbox = (login: string) =>
    call(`/sandbox/outbox?to=${encodeURIComponent(login)}`, {
      as: 'ADMIN',
      pick: 'records[0].code',
      keep: 'CODE',
    })
  const confirm = (login: string, keep: string) =>
    call('/registration/confirm', { body: { login, otp: '$CODE', password: PASSWORD }, pick: TOKEN, keep })
  return [
    {
      title: 'An accountant is invited',
      command: call('/users', {
        as: 'ADMIN',
        body: { login: accountant, role: 'accountant', organizationId: '$SYSTEM' },
      }),
    },
    { title: 'The code that was sent, from the outbox of the sandbox', command: outbox(accountant) },
    { title: 'The accountant confirms', command: confirm(accountant, 'ACCOUNTANT') },
    {
      title: 'A client registers',
      command: call('/registration', { body: { login: ann, role: 'individual', name: 'Ann Example' } }),
    },
    { title: 'Her code', command: outbox(ann) },
    { title: 'She confirms', command: confirm(ann, 'CLIENT') },
  ]
}

export function moneySteps(call: CurlLine, run: string): Step[] {
  const ask = (path: string, keep: string, amount: string) =>
    call(path, {
      as: 'CLIENT',
      key: `${keep.toLowerCase()}-${run}`,
      body: { coinSerial: '$COIN', amount, ...BANK },
      pick: 'process.requestIdentifier',
      keep,
    })
  return [
    {
      title: 'She opens a coin',
      command: call('/coins', {
        as: 'CLIENT',
        body: { name: 'My euros', issuerId: '$ISSUER' },
        pick: 'serial',
        keep: 'COIN',
      }),
    },
    {
      title: 'She asks for a top-up',
      command: ask('/bank-top-ups/create-request/with-bank', 'TOPUP', '100.00'),
    },
    {
      title: 'The accountant accepts it',
      command: call('/bank-top-ups/$TOPUP/accept', { as: 'ACCOUNTANT', method: 'POST' }),
    },
    {
      title: 'Credited: at once, or a moment later where the answer was 202',
      command: `until ${call('/coins', { as: 'CLIENT', pick: 'coins[0].availableAmount' })} | grep 100.00; do sleep 1; done`,
    },
    {
      title: 'She names the account to be paid out to',
      command: call('/my/bank-accounts/coin/$COIN/with-bank', {
        as: 'CLIENT',
        body: BANK,
        pick: 'bankAccountId',
        keep: 'ACCOUNT',
      }),
    },
    {
      title: 'Money goes out only to an account that was approved',
      command: call('/bank-accounts/$ACCOUNT/approve', { as: 'ADMIN', method: 'POST' }),
    },
    {
      title: 'She asks for a withdrawal: the amount is held',
      command: ask('/bank-withdrawals/with-bank', 'WITHDRAWAL', '30.00'),
    },
    {
      title: 'What waits for the accountant',
      command: call('/business-requests/view', { as: 'ACCOUNTANT', body: {} }),
    },
    {
      title: 'The accountant accepts: it is paid out through the bank',
      command: call('/bank-withdrawals/$WITHDRAWAL/accept', { as: 'ACCOUNTANT', method: 'POST' }),
    },
    { title: 'Her coin now', command: call('/coins', { as: 'CLIENT' }) },
    {
      title: 'Her history, with every posting',
      command: call('/transactions/view', { as: 'CLIENT', body: {} }),
    },
  ]
}
