import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addToInbox, type InboxRow } from '#db/platforms/inbox.ts'
import { noteIfContradicts } from '#db/reports/odd-calls.ts'
import { findProjectOf, listProjectIds } from '#db/identity/project-of.ts'
import { describeError } from '#domain/describe-error.ts'
import { PlatformUnavailable, type OpenedPlatform } from '#domain/platforms/holders.ts'
import type { HeldEvent } from '#domain/platforms/holding-platform.ts'
import { isId } from '#domain/ids.ts'
import type { PlatformEvent } from '#domain/platforms/platform.ts'
import { deliverCall } from '#temporal/deliver-call.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound, Problem } from '../../http/problem.ts'

/** Where platforms call us back. Stored first, acknowledged then; what it says is looked up before the book moves. */
export const receivePlatformCall = endpoint({
  method: 'post',
  path: '/platform-calls/:platform',
  family: 'Platforms',
  summary: 'A platform tells of something that happened',
  description:
    'Signed in the platform’s own way. Equal events are stored once, in whatever order they come; one that says otherwise the second time is put among the breaks. A platform that keeps balances calls under its id, one that pays out under its label.',
  access: 'public',
  params: z.object({ platform: text(64) }),
  rawBody: true,
  alsoRefuses: [401],
  answers: { 202: { description: 'Stored', body: z.strictObject({ status: z.literal('ok') }) } },
  async handle({ params, headers, rawBody }, deps) {
    const heard = isId('plt', params.platform)
      ? await hearHolder(deps, params.platform, { headers, rawBody })
      : await hearBank(deps, params.platform, { headers, rawBody })
    const call = await store(deps, { ...heard, platform: params.platform })
    if (call.outcome === null) {
      await deliverCall(deps.db, deps.temporal, call).catch((error: unknown) =>
        deps.logger.warn({ error: describeError(error) }, 'call stored, will be delivered by the sweeper'),
      )
    }
    return { status: 202, body: { status: 'ok' } }
  },
})

type Raw = { readonly headers: Readonly<Record<string, string | undefined>>; readonly rawBody: string }
type Heard = { readonly projectId: string; readonly event: PlatformEvent | HeldEvent }

async function hearBank(deps: ApiDeps, label: string, { headers, rawBody }: Raw): Promise<Heard> {
  const platform = deps.platforms.get(label)
  if (!platform) throw notFound('platform', 'platform')
  const event = platform.readEvent(headers, rawBody)
  if (!event) throw badSignature()
  // A reference that is none of ours is kept for people, in the first project.
  const projectId = (await findProjectOf(deps.db, event.reference)) ?? (await listProjectIds(deps.db))[0]
  if (projectId === undefined) throw notFound('reference', 'payout')
  return { projectId, event }
}

async function hearHolder(deps: ApiDeps, id: string, { headers, rawBody }: Raw): Promise<Heard> {
  const projectId = await findProjectOf(deps.db, id)
  if (projectId === undefined) throw notFound('platform', 'platform')
  const holder = await openToHear(deps, projectId, id)
  if (!holder.readEvent) throw notFound('platform', 'platform that calls')
  const event = holder.readEvent(headers, rawBody)
  if (!event) throw badSignature()
  return { projectId, event }
}

/** Whom we cannot hear now calls again; whom we have removed need not. */
async function openToHear({ holders }: ApiDeps, projectId: string, id: string): Promise<OpenedPlatform> {
  try {
    return await holders.open(projectId, id)
  } catch (error) {
    if (!(error instanceof PlatformUnavailable)) throw error
    if (error.reason === 'platform_removed') throw notFound('platform', 'platform')
    throw new Problem(503, 'unavailable', {
      detail: `The call cannot be checked now: ${error.reason}.`,
      headers: { 'Retry-After': '60' },
    })
  }
}

function badSignature(): Problem {
  return new Problem(401, 'bad_signature', {
    detail: 'The call is not signed by the platform, or is too old, or malformed.',
  })
}

function store(
  { db, newId }: ApiDeps,
  { projectId, event, platform }: Heard & { platform: string },
): Promise<InboxRow> {
  const told = {
    id: newId('inb'),
    project_id: projectId,
    platform,
    event_id: event.eventId,
    type: event.type,
    reference: event.reference,
    operation_id: event.type === 'payout.returned' ? newId('op') : null,
    amount: ('amount' in event ? event.amount : null) ?? null,
    currency: ('currency' in event ? event.currency : null) ?? null,
  }
  return inProject(db, projectId, async (trx) => {
    const stored = await addToInbox(trx, told)
    await noteIfContradicts(trx, stored, told)
    return stored
  })
}
