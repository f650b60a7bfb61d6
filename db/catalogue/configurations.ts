import type { Knex } from 'knex'
import type { Section } from '#domain/catalogue/configuration.ts'

export type ConfigurationItem = {
  id: string
  project_id: string
  section: Section
  label: string
  name: string
  /** What its section has besides. */
  details: Record<string, unknown>
  created_at: Date
}
const ITEMS = 'configuration_items'
type Added = Omit<ConfigurationItem, 'created_at'>

/** Undefined where the section has the label already. */
export async function addConfigurationItem(trx: Knex, item: Added): Promise<ConfigurationItem | undefined> {
  const [added] = await trx<ConfigurationItem>(ITEMS)
    .insert(item)
    .onConflict(['project_id', 'section', 'label'])
    .ignore()
    .returning('*')
  return added
}

export async function listConfigurationItems(trx: Knex, section: Section): Promise<ConfigurationItem[]> {
  return trx<ConfigurationItem>(ITEMS).where({ section }).orderBy('label')
}

/** The row as it is, locked until the transaction ends. */
export async function lockConfigurationItem(
  trx: Knex,
  { section, id }: { section: Section; id: string },
): Promise<ConfigurationItem | undefined> {
  return trx<ConfigurationItem>(ITEMS).where({ section, id }).forUpdate().first()
}

/** By its label, and not removed before the transaction ends. */
export async function holdConfigurationItem(
  trx: Knex,
  { section, label }: { section: Section; label: string },
): Promise<ConfigurationItem | undefined> {
  return trx<ConfigurationItem>(ITEMS).where({ section, label }).forKeyShare().first()
}

/** Several, by their labels, in one order. */
export async function holdConfigurationItems(
  trx: Knex,
  { section, labels }: { section: Section; labels: readonly string[] },
): Promise<void> {
  await trx<ConfigurationItem>(ITEMS)
    .where({ section })
    .whereIn('label', [...labels])
    .orderBy('label')
    .forKeyShare()
    .select('label')
}

/** How much names it. The caller holds its lock, so that nothing else comes to. */
export async function countUsesOf(trx: Knex, { section, label }: ConfigurationItem): Promise<number> {
  const uses = {
    account_types: () => trx('accounts').where({ type: label }),
    networks: () => trx('wallets').where({ network: label }),
    transaction_sub_types: () => undefined,
  }[section]()
  const counted = await uses?.count<{ count: string }[]>()
  return Number(counted?.[0]?.count ?? 0)
}

/** The row must exist, and be locked. */
export async function changeConfigurationItem(
  trx: Knex,
  id: string,
  changes: Partial<Pick<ConfigurationItem, 'name' | 'details'>>,
): Promise<ConfigurationItem> {
  const [changed]: ConfigurationItem[] = await trx(ITEMS)
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
    .returning('*')
  if (!changed) throw new Error(`configuration item ${id} is gone`)
  return changed
}

export async function removeConfigurationItem(trx: Knex, id: string): Promise<void> {
  await trx(ITEMS).where({ id }).delete()
}

/** Held until the transaction ends, from when those who were adding to it have ended: whoever adds to a project names it. */
export async function holdProject(trx: Knex, projectId: string): Promise<void> {
  await trx('projects').where({ id: projectId }).forUpdate().first('id')
}
