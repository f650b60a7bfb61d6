import { randomBytes } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { hashToken } from '#db/identity/tokens.ts'
import type { Role } from '#domain/identity/role.ts'
import { id, type TestBook } from './book.ts'

export type Person = { readonly id: string; readonly token: string }

export async function hirePeople(book: TestBook) {
  const hire = async (role: Role) => signIn(book, await book.addPerson(role))
  return {
    accountant: await hire('accountant'),
    secondAccountant: await hire('accountant'),
    administrator: await hire('administrator'),
    hire,
  }
}

/** A token without the detour over passwords, which other tests take. */
export async function signIn(book: TestBook, person: string): Promise<Person> {
  const token = randomBytes(32).toString('base64url')
  await inProject(book.db, book.projectId, async (trx) => {
    const member: { id: string } = await trx('members').where({ person_id: person }).first('id')
    await trx('tokens').insert({
      token_hash: hashToken(token),
      person_id: person,
      project_id: book.projectId,
      member_id: member.id,
      expires_at: new Date(Date.now() + 3_600_000),
    })
  })
  return { id: person, token }
}

export async function addClient(book: TestBook, funds: bigint) {
  const coin = await book.addCoin()
  const { organization_id: organization, serial }: { organization_id: string; serial: string } =
    await inProject(book.db, book.projectId, (trx) => trx('coins').where({ id: coin }).first())
  const person = await signIn(book, await book.addPerson('individual', organization))
  if (funds > 0n) await book.fund(coin, funds)
  return { ...person, coin, serial, organization }
}

export type PayoutAccount = {
  readonly bank: string
  readonly iban?: string
  readonly accountNumber?: string
  readonly fullName: string
  readonly status?: 'APPROVED' | 'PENDING'
}

/** Where the client may be paid out to: linked by them, approved by somebody else. */
export async function linkBankAccount(
  book: TestBook,
  client: { readonly id: string; readonly coin: string },
  { bank, iban, accountNumber, fullName, status = 'APPROVED' }: PayoutAccount,
): Promise<string> {
  const account = id('bac')
  await inProject(book.db, book.projectId, async (trx) => {
    await trx('bank_accounts').insert({
      id: account,
      project_id: book.projectId,
      coin_id: client.coin,
      person_id: client.id,
      made_by: client.id,
      bank_id: bank,
      full_name: fullName,
      iban,
      account_number: accountNumber,
      status,
      decided_by: status === 'PENDING' ? null : book.asker,
    })
  })
  return account
}

export async function addBanks(book: TestBook) {
  const [integrated, manual] = [id('bnk'), id('bnk')]
  const project = { project_id: book.projectId }
  await inProject(book.db, book.projectId, async (trx) => {
    await trx('banks').insert([
      {
        ...project,
        id: integrated,
        name: 'Integrated',
        bic: 'DEUTDEFF',
        swift: 'DEUTDEFF',
        platform: 'simulated',
      },
      { ...project, id: manual, name: 'Manual', bic: 'COBADEFF', swift: 'COBADEFF' },
    ])
  })
  return { integrated, manual }
}
