import { z } from 'zod'
import { BANK_ACCOUNT_STATUSES, canonicalIban, findBankAccounts } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import { SERIAL_MAX } from '../coins/coin.ts'
import { endpoint, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { bankAccountBody, bankAccountSchema } from './bank-account.ts'

const IDS_MAX = 100

const filter = z.strictObject({
  bankAccountNumber: text(40).optional(),
  bankName: text().optional().meta({ description: "Anywhere in the bank's name, in any case" }),
  bic: text(11).toUpperCase().optional(),
  swift: text(11).toUpperCase().optional(),
  iban: text(42).transform(canonicalIban).optional(),
  statuses: z.array(z.enum(BANK_ACCOUNT_STATUSES)).max(BANK_ACCOUNT_STATUSES.length).optional(),
  userIds: z.array(text(64)).max(IDS_MAX).optional(),
  coinSerial: text(SERIAL_MAX).optional(),
  pool: z.boolean().optional(),
})

type Way = { readonly path: string; readonly summary: string; readonly isOwn: boolean }

function viewing({ path, summary, isOwn }: Way): Endpoint {
  return endpoint({
    method: 'post',
    path,
    family: 'Bank accounts',
    summary,
    access: isOwn ? 'BANK_ACCOUNT_OWNER' : 'BANK_ACCOUNT_MANAGER',
    body: viewBody(filter, ['createdAt']),
    answers: { 200: { description: 'One page of them', body: viewAnswer(bankAccountSchema) } },
    async handle({ body, caller }, { db }) {
      const organizationId = isOwn ? caller.organizationId : undefined
      const { pageNumber, pageSize } = body
      const found = await inProject(db, caller.projectId, (trx) =>
        findBankAccounts(
          trx,
          { ...body.filter, organizationId },
          { pageNumber, pageSize, countMax: COUNT_MAX, order: body.sort?.['createdAt'] ?? 'desc' },
        ),
      )
      return viewReply(body, found.total, found.rows.map(bankAccountBody))
    },
  })
}

export const viewMyBankAccounts = viewing({
  path: '/my/bank-accounts/view',
  summary: 'Find your bank accounts',
  isOwn: true,
})

export const viewBankAccounts = viewing({
  path: '/bank-accounts/view',
  summary: "Find clients' bank accounts",
  isOwn: false,
})
