import { z } from 'zod'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller, type Endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { askFor } from '../ask-for.ts'
import { bankFields, demandBank } from '../bank-fields.ts'
import { readIdempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { coinAndAmountOf } from '../wish-context.ts'
import { topUpOf } from './top-up-of.ts'

const base = {
  coinSerial: text(34),
  amount: amountText,
  fullName: bankFields.fullName,
  iban: bankFields.iban,
  bankAccountNumber: bankFields.bankAccountNumber,
  description: bankFields.description,
}
const withBank = z.strictObject({ ...base, bankId: bankFields.bankId })
const withoutBank = z.strictObject({ ...base, fullName: base.fullName.optional() })

/** The four ways to ask for a top-up: with a bank of the catalogue or without, booked directly or after a decision. */
export function topUpEndpoint(way: {
  path: string
  summary: string
  isDirect: boolean
  hasBank: boolean
}): Endpoint {
  return endpoint({
    method: 'post',
    path: way.path,
    family: 'Bank top-ups',
    summary: way.summary,
    description: way.isDirect
      ? 'The coin is credited at once.'
      : 'Nothing is credited before an accountant accepts.',
    access: way.isDirect ? 'BANK_TOP_UP_CREATION_EXECUTOR' : 'BANK_TOP_UP_REQUESTER',
    idempotent: true,
    body: way.hasBank ? withBank : withoutBank,
    answers: askAnswers,
    handle: ({ body, caller, headers }, deps) => ask(deps, caller, { way, body, headers }),
  })
}

type Asked = {
  readonly way: { path: string; isDirect: boolean }
  readonly body: z.infer<typeof withoutBank> & { readonly bankId?: string }
  readonly headers: Readonly<Record<string, string | undefined>>
}

async function ask(deps: ApiDeps, caller: Caller, { way, body, headers }: Asked) {
  const idempotency = readIdempotency(headers, `POST ${way.path}`, body)
  const wishOf = async () => {
    const at = deps.now()
    const facts = await deps.batched.wishFacts(caller.projectId, { flow: 'bank_top_up', ...body, at })
    const asked = coinAndAmountOf(facts.coin, caller, body)
    const bank = body.bankId === undefined ? undefined : demandBank(facts.bank)
    return {
      ...topUpOf(asked, facts, { needsDecision: !way.isDirect, at }),
      ...(bank ? { bank: bank.id } : {}),
      party: {
        fullName: body.fullName,
        iban: body.iban,
        accountNumber: body.bankAccountNumber,
        description: body.description,
      },
    }
  }
  return askFor(deps, caller, { wishOf, idempotency })
}
