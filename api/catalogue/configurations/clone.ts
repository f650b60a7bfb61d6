import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { addConfigurationItem, holdProject, listConfigurationItems } from '#db/catalogue/configurations.ts'
import { inProject, inSnapshot, type Database } from '#db/connection.ts'
import { addCurrency, listCurrencies } from '#db/catalogue/currencies.ts'
import { findMember } from '#db/identity/members.ts'
import { findProjectOfPerson } from '#db/identity/projects.ts'
import { SECTIONS, type Section } from '#domain/catalogue/configuration.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict, forbidden } from '../../http/problem.ts'

const CLONED = [...SECTIONS, 'currencies'] as const
type Cloned = (typeof CLONED)[number]

export const cloneConfiguration = endpoint({
  method: 'post',
  path: '/configurations/clone',
  family: 'Configurations',
  summary: 'Take over a list of configuration from another project',
  description:
    'Into an empty list only. The caller has to belong to the other project, too, with a role that may read it there.',
  access: 'CONFIGURATION_MANAGER',
  body: z.strictObject({
    fromProject: text(64).meta({ description: 'Key of the other project', examples: ['wibroker'] }),
    section: z.enum(CLONED),
  }),
  answers: {
    201: {
      description: 'Taken over',
      body: z.strictObject({ status: z.literal('ok'), section: z.enum(CLONED), labels: z.array(z.string()) }),
    },
  },
  async handle({ body: { fromProject, section }, caller }, deps) {
    const source = await findSource(deps.db, caller, fromProject)
    const found = await inSnapshot(deps.db, source, (trx) => readSection(trx, section))
    if (found.length === 0)
      throw badParameter('section', `has nothing in ${fromProject} that could be cloned`)
    await inProject(deps.db, caller.projectId, async (trx) => {
      await holdProject(trx, caller.projectId)
      if ((await readSection(trx, section)).length > 0)
        throw conflict('configuration_not_empty', 'section', 'can be cloned into only while it is empty')
      for (const item of found) await addCopy(trx, { deps, caller, item })
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'configuration.clone',
          subjectType: section,
          subjectId: caller.projectId,
          after: { fromProject, labels: found.map(labelOf) },
        },
      ])
    })
    return { status: 201, body: { status: 'ok', section, labels: found.map(labelOf) } }
  },
})

/** The other project's id. A project of others is as unknown as one that is not there. */
async function findSource(db: Database, caller: Caller, key: string): Promise<string> {
  const project = await findProjectOfPerson(db, caller.personId, key)
  const member = project && (await inProject(db, project.id, (trx) => findMember(trx, caller.personId)))
  if (!project || !member?.active)
    throw badParameter('fromProject', 'is not the key of another project of yours')
  if (project.id === caller.projectId) throw badParameter('fromProject', 'is this project itself')
  if (!permissionsOf(member.role).includes('CONFIGURATION_VIEWER'))
    throw forbidden(`Your role ${member.role} in ${key} may not read its configuration.`)
  return project.id
}

type Item = Awaited<ReturnType<typeof readSection>>[number]

async function readSection(trx: Knex, section: Cloned) {
  return section === 'currencies'
    ? listCurrencies(trx)
    : listConfigurationItems(trx, section satisfies Section)
}

function labelOf(item: Item): string {
  return 'label' in item ? item.label : item.code
}

type Copying = { readonly deps: ApiDeps; readonly caller: Caller; readonly item: Item }

async function addCopy(trx: Knex, { deps: { newId }, caller: { projectId }, item }: Copying): Promise<void> {
  const { created_at: _, ...rest } = item
  const copy = { ...rest, project_id: projectId }
  if ('label' in copy) await addConfigurationItem(trx, { ...copy, id: newId('cfg') })
  else {
    const { updated_at: __, is_main: ___, ...currency } = copy
    await addCurrency(trx, { ...currency, id: newId('cur') })
  }
}
