import { freshCode } from './catalogue.ts'
import type { Engine } from './engine.ts'
import { until } from './poll.ts'

export type Import = {
  readonly id: string
  readonly state: string
  readonly rows: number
  readonly validated: number
  readonly bad: number
  readonly applied: number
  readonly unchanged: number
  readonly sameAs: string | null
}

export type ImportError = {
  readonly line: number
  readonly field: string
  readonly code: string
  readonly message: string
}

/** Imports as one accountant has them, over the API. */
export function importDesk(engine: Engine) {
  const read = async (path: string) =>
    JSON.parse((await engine.call(engine.accountant, path)).text) as unknown
  const info = (id: string) => read(`/imports/${id}`) as Promise<Import>
  const begin = async (asked: object): Promise<string> => {
    const answer = await engine.call(engine.accountant, '/imports', asked)
    if (answer.status !== 201) throw new Error(answer.text)
    return (JSON.parse(answer.text) as Import).id
  }
  const put = (id: string, file: string, type = 'text/csv') =>
    engine.request(engine.accountant, `/imports/${id}/file`, {
      method: 'PUT',
      raw: file,
      headers: { 'content-type': type },
    })
  const ended = (id: string) =>
    until(
      `${id} to end`,
      async () => {
        const now = await info(id)
        return ['complete', 'refused', 'cancelled'].includes(now.state) ? now : undefined
      },
      () => info(id),
    )

  return {
    info,
    begin,
    put,
    ended,
    errors: async (id: string) => ((await read(`/imports/${id}/errors`)) as { data: ImportError[] }).data,
    /** @returns the key of an export that is complete */
    exportOf: async (kind: string, filter: object): Promise<string> => {
      const asked = await engine.call(engine.accountant, `/data-export/${kind}`, { filter })
      const { jobKey } = JSON.parse(asked.text) as { jobKey: string }
      await until(`${jobKey} to be complete`, async () => {
        const { status } = (await read(`/data-export/info/${jobKey}`)) as { status: string }
        return status === 'COMPLETE' ? true : undefined
      })
      return jobKey
    },
    exportFile: async (jobKey: string, format: string): Promise<string> => {
      const response = await fetch(
        `${engine.apiUrls[0]}/api/v1/data-export/${jobKey}/file?format=${format}`,
        { headers: { authorization: `TOKEN ${engine.accountant.token}` } },
      )
      return response.text()
    },
    /** From the beginning to the end. */
    run: async (asked: object, file: string, type?: string): Promise<Import> => {
      const id = await begin({ kind: 'accounts', format: 'csv', mode: 'good_rows_only', ...asked })
      const answer = await put(id, file, type)
      if (answer.status !== 202) throw new Error(answer.text)
      return ended(id)
    },
    /** @returns its label */
    addType: async (): Promise<string> => {
      const label = freshCode()
      await engine.call(engine.administrator, '/configurations/account-types', { label, name: 'A type' })
      return label
    },
  }
}
