import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addToInbox } from '#db/inbox.ts'
import { findProjectOf, listProjectIds } from '#db/project-of.ts'
import { describeError } from '#domain/describe-error.ts'
import { deliverCall } from '#temporal/deliver-call.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { notFound, Problem } from '../problem.ts'

/** Where platforms call us back. Stored first, acknowledged then; what it says is looked up before the book moves. */
export const receivePlatformCall = endpoint({
  method: 'post',
  path: '/platform-calls/:platform',
  family: 'Platforms',
  summary: 'A platform tells of something that happened',
  description: 'Signed in the platform’s own way. Equal events are stored once, in whatever order they come.',
  access: 'public',
  params: z.object({ platform: text(64) }),
  rawBody: true,
  alsoRefuses: [401],
  answers: { 202: { description: 'Stored', body: z.strictObject({ status: z.literal('ok') }) } },
  async handle({ params, headers, rawBody }, { db, platforms, temporal, newId, logger }) {
    const platform = platforms.get(params.platform)
    if (!platform) throw notFound('platform', 'platform')
    const event = platform.readEvent(headers, rawBody)
    if (!event)
      throw new Problem(401, 'bad_signature', {
        detail: 'The call is not signed by the platform, or is too old, or malformed.',
      })
    // A reference that is none of ours is kept for people, in the first project.
    const projectId = (await findProjectOf(db, event.reference)) ?? (await listProjectIds(db))[0]
    if (projectId === undefined) throw notFound('reference', 'payout')
    const call = await inProject(db, projectId, (trx) =>
      addToInbox(trx, {
        id: newId('inb'),
        project_id: projectId,
        platform: platform.label,
        event_id: event.eventId,
        type: event.type,
        reference: event.reference,
        operation_id: event.type === 'payout.returned' ? newId('op') : null,
      }),
    )
    if (call.outcome === null) {
      await deliverCall(db, temporal, call).catch((error: unknown) =>
        logger.warn({ error: describeError(error) }, 'call stored, will be delivered by the sweeper'),
      )
    }
    return { status: 202, body: { status: 'ok' } }
  },
})
