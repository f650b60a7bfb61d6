import type { Id } from '#domain/ids.ts'
import { startTestApi, type TestApi, type TestApiOptions } from './api.ts'
import { projectOf } from './catalogue.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { opened } from './opened.ts'
import { asAdministrator } from './people.ts'
import { addProject } from './project.ts'
import { connect } from './connect.ts'

export type ApiOptions = Omit<TestApiOptions, 'databaseUrl'>

/** Connections of what a test does behind the API's back. */
const POOL_MAX = 4

/**
 * All endpoints over HTTP on a database of this suite's own, its first administrator signed in.
 *
 * @param options where they stand on the database, a function of it
 */
export function useApi(options: ApiOptions | ((database: TestDatabase) => ApiOptions) = {}) {
  return opened(
    () => openOwnApi(options),
    ({ close }) => close(),
  )
}

async function openOwnApi(options: ApiOptions | ((database: TestDatabase) => ApiOptions)) {
  const database = await createDatabase()
  const db = connect(database.url, POOL_MAX)
  const owner = connect(database.ownerUrl, POOL_MAX)
  const start = (more: ApiOptions) => startTestApi({ databaseUrl: database.url, ...more })
  const api = await start(typeof options === 'function' ? options(database) : options)
  const beside: TestApi[] = []
  const admin = await asAdministrator(api.call)
  return {
    ...api,
    database,
    /** Tests use it for what has to be done behind the API's back. */
    db,
    /** For what only the owner of the tables may do. */
    owner,
    admin,
    projectId: (await projectOf(db, admin.id)) as Id<'prj'>,
    /** Calls as the administrator. */
    ask: (method: string, path: string, body?: unknown) =>
      api.call(method, path, { token: admin.token, body }),
    /** Another API on the same database, stopped with this one. */
    startBeside: async (more: ApiOptions) => {
      const another = await start(more)
      beside.push(another)
      return another
    },
    /** Another project and the token of its administrator. */
    addStranger: async (key = 'other') => {
      const project = await addProject(db, key)
      return { ...project, token: await project.signIn(api.call) }
    },
    close: async () => {
      for (const another of [...beside, api]) await another.stop()
      await Promise.all([db.destroy(), owner.destroy()])
      await database.drop()
    },
  }
}
