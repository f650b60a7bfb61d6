import type { Knex } from 'knex'
import type { Kind } from '#domain/operations/operation.ts'
import type { PinnedScreening } from '#domain/operations/pinned-rules.ts'
import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import type { ScreenedParty, ScreeningAnswer, ScreeningSubject } from '#domain/screening/screening.ts'
import { readPage, type PageOf } from '../page.ts'

export type ScreeningRow = {
  operation_id: string
  n: number
  project_id: string
  provider: string
  /** Null while the provider has given no usable answer. */
  verdict: ScreeningVerdict | null
  reasons: string[]
  started_at: Date
  answered_at: Date | null
}

type Check = { readonly operation: string; readonly n: number }

type SubjectRow = {
  project_id: string
  kind: Kind
  issuer_id: string
  amount: string
  organization_id: string
  created_at: Date
  screening: PinnedScreening | null
  currency: string
  fraction: number
  client_name: string
  counter_name: string | null
  full_name: string | null
  iban: string | null
  bank_country: string | null
}

/** Whom a check is about, and who is to be asked. Undefined where there is no such operation, or nothing asks for a check. */
export async function readScreeningSubject(
  trx: Knex,
  { operation, n }: Check,
): Promise<{ readonly subject: ScreeningSubject; readonly provider: string } | undefined> {
  const row: SubjectRow | undefined = await trx('operations as o')
    .join('issuers as i', 'i.id', 'o.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join('organizations as g', 'g.id', 'o.organization_id')
    .leftJoin('operation_parties as p', 'p.operation_id', 'o.id')
    .leftJoin('banks as b', 'b.id', 'o.bank_id')
    .leftJoin('coins as k', 'k.id', 'o.counter_coin_id')
    .leftJoin('organizations as h', 'h.id', 'k.organization_id')
    .where('o.id', operation)
    .first(
      'o.project_id',
      'o.kind',
      'o.issuer_id',
      'o.amount',
      'o.organization_id',
      'o.created_at',
      trx.raw("o.rules -> 'screening' as screening"),
      'c.code as currency',
      'c.fraction',
      'g.name as client_name',
      'h.name as counter_name',
      'p.full_name',
      'p.iban',
      'b.country as bank_country',
    )
  if (!row?.screening) return undefined
  return {
    provider: row.screening.provider,
    subject: {
      projectId: row.project_id,
      check: `${operation}/${n}`,
      kind: row.kind,
      issuerId: row.issuer_id,
      amount: BigInt(row.amount),
      currency: row.currency,
      fraction: row.fraction,
      organizationId: row.organization_id,
      askedAt: row.created_at,
      parties: [{ part: 'client', name: row.client_name }, counterparty(row)],
    },
  }
}

/** The country is the IBAN's; without one the bank's, where the catalogue has its code. */
function counterparty({ full_name, counter_name, iban, bank_country }: SubjectRow): ScreenedParty {
  const code = (iban?.slice(0, 2) ?? bank_country ?? '').toUpperCase()
  return {
    part: 'counterparty',
    name: full_name ?? counter_name ?? '',
    ...(/^[A-Z]{2}$/.test(code) ? { country: code } : {}),
  }
}

/** Begun once, however often it is asked. @returns the verdict, where there is one already */
export async function beginScreeningCheck(
  trx: Knex,
  asked: Check & { readonly projectId: string; readonly provider: string },
): Promise<ScreeningVerdict | null> {
  const key = { operation_id: asked.operation, n: asked.n }
  await trx('screenings')
    .insert({ ...key, project_id: asked.projectId, provider: asked.provider })
    .onConflict(['operation_id', 'n'])
    .ignore()
  const row: Pick<ScreeningRow, 'verdict'> | undefined = await trx('screenings').where(key).first('verdict')
  return row?.verdict ?? null
}

/** The first answer stands. @returns the one that stands */
export async function answerScreeningCheck(
  trx: Knex,
  asked: Check & { readonly answer: ScreeningAnswer },
): Promise<ScreeningVerdict> {
  const { verdict, reasons } = asked.answer
  const key = { operation_id: asked.operation, n: asked.n }
  await trx('screenings')
    .where(key)
    .whereNull('answered_at')
    .update({ verdict, reasons: [...reasons], answered_at: trx.fn.now() })
  const row: Pick<ScreeningRow, 'verdict'> | undefined = await trx('screenings').where(key).first('verdict')
  if (!row?.verdict)
    throw new Error(`the check ${asked.operation}/${asked.n} was answered and has no verdict`)
  return row.verdict
}

export type ScreeningsAsked = {
  readonly operationIds?: readonly string[] | undefined
  /** Null: those without a usable answer. */
  readonly verdicts?: readonly (ScreeningVerdict | null)[] | undefined
  readonly direction: 'asc' | 'desc'
  readonly page: { pageNumber: number; pageSize: number; countMax: number }
}

export async function viewScreenings(trx: Knex, asked: ScreeningsAsked): Promise<PageOf<ScreeningRow>> {
  const query = trx('screenings').select()
  if (asked.operationIds) void query.whereIn('operation_id', asked.operationIds)
  const { verdicts } = asked
  if (verdicts)
    void query.where((either) => {
      void either.whereIn(
        'verdict',
        verdicts.filter((verdict) => verdict !== null),
      )
      if (verdicts.includes(null)) void either.orWhereNull('verdict')
    })
  void query.orderBy([
    { column: 'started_at', order: asked.direction },
    { column: 'operation_id', order: asked.direction },
    { column: 'n', order: asked.direction },
  ])
  return readPage(trx, query, asked.page)
}
