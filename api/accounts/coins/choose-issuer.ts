import type { Knex } from 'knex'
import { findActiveIssuersOf, findIssuer, type Issuer } from '#db/catalogue/issuers.ts'
import { badParameter, Problem } from '../../http/problem.ts'

export type IssuerChoice = {
  readonly issuerId?: string | undefined
  readonly currencyId?: string | undefined
}

/** By its id, or as the only active one of a currency. It and its currency must be active. */
export async function chooseIssuer(trx: Knex, { issuerId, currencyId }: IssuerChoice): Promise<Issuer> {
  if (issuerId === undefined) return onlyIssuerOf(trx, currencyId ?? '')
  const issuer = await findIssuer(trx, issuerId)
  if (!issuer) throw badParameter('issuerId', 'is not the id of an issuer of this project')
  if (!issuer.active) throw inactive('issuer', issuer.name, 'issuerId')
  if (!issuer.currency.active) throw inactive('currency', issuer.currency.code, 'issuerId')
  return issuer
}

async function onlyIssuerOf(trx: Knex, currencyId: string): Promise<Issuer> {
  const [issuer, another] = await findActiveIssuersOf(trx, currencyId)
  if (!issuer) throw badParameter('currencyId', 'is not the id of a currency with an active issuer')
  if (another) throw badParameter('currencyId', 'has more than one active issuer; name one by issuerId')
  if (!issuer.currency.active) throw inactive('currency', issuer.currency.code, 'currencyId')
  return issuer
}

export function inactive(what: 'issuer' | 'currency', name: string, parameter: string): Problem {
  const message = `The ${what} ${name} is not active.`
  return new Problem(422, `${what}_inactive`, { detail: message, errors: [{ parameter, message }] })
}
