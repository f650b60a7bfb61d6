import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine, Person } from '#test/support/engine.ts'
import type { Answer } from '#test/support/wire.ts'
import type { Wish } from '#test/support/wishes.ts'
import { writeExchange } from '#torture/log.ts'

/** Somebody who sends requests and writes down what was asked and heard, as the harness does. */
export async function openWitness(engine: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-witness-'))
  const logFile = join(folder, 'exchanges.jsonl')
  let n = 0

  async function send(
    by: Person,
    asked: {
      readonly path: string
      readonly body: Readonly<Record<string, unknown>>
      readonly key?: string | undefined
      readonly mark?: string
      readonly operation?: string
    },
  ): Promise<Answer> {
    const { path, body, key, mark = null, operation = null } = asked
    const own = (n += 1)
    const sentAt = Date.now()
    const answer = await engine.request(by, path, {
      body,
      ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
    })
    writeExchange(logFile, {
      n: own,
      sentAt,
      endedAt: Date.now(),
      person: by.id,
      method: 'POST',
      path,
      body,
      key: key ?? null,
      mark,
      operation,
      status: answer.status,
      answer: answer.body,
    })
    return answer
  }

  /** As a money POST that carries its mark where it is kept: as a description, or as a reason. */
  function ask({ by, path, body }: Wish, { mark, key }: { mark: string; key?: string }): Promise<Answer> {
    const carried = /\/(reverse|return|assign)$/.test(path) ? { reason: mark } : { description: mark }
    return send(by, { path, body: { ...body, ...carried }, key, mark })
  }

  return {
    logFile,
    send,
    ask,
    decide: (
      by: Person,
      about: Answer,
      { verb, ...body }: { verb: string; reason?: string; bankReference?: string },
    ) =>
      send(by, {
        path: `/business-requests/${about.body.process.requestIdentifier}/${verb}`,
        body,
        operation: about.body.process.id,
      }),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
export type Witness = Awaited<ReturnType<typeof openWitness>>
