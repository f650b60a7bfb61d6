import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Knex } from 'knex'
import { exportHeads } from '#audit/export-heads.ts'
import { signHead, type SignedHead } from '#audit/heads.ts'
import { verifyProject } from '#audit/verify-project.ts'
import { verifyTrails } from '#audit/verify-trails.ts'
import { inProject } from '#db/connection.ts'
import { useBook } from '#test/support/use-book.ts'

const ROWS = 12
const { privateKey, publicKey } = generateKeyPairSync('ed25519')

const book = useBook()
let heads: SignedHead[]

beforeAll(async () => {
  const coin = await book.addCoin()
  for (let n = 0; n < ROWS; n += 1) {
    await book.fund(coin, 100n)
    if (n === 5) heads = await exportHeads(book.db, privateKey)
  }
  heads.push(...(await exportHeads(book.db, privateKey)))
})

describe('the trail', () => {
  it('holds where nobody has touched it, with the heads that were signed on the way', async () => {
    const [trail, ...others] = await verifyTrails(book.db, { key: publicKey, heads })
    expect(trail).toEqual({ project: book.projectId, rows: ROWS, heads: 2, faults: [] })
    expect(others).toEqual([])
    expect(heads.map(({ seq }) => seq)).toEqual([6, ROWS])
  })

  it.each([
    ['what was there after', { after: '{"state": "refused"}' }],
    ['who did it', { actor_id: null }],
    ['when', { at: '2020-01-01T00:00:00Z' }],
    ['its hash', { hash: Buffer.alloc(32) }],
  ])('names the row of which somebody has changed %s', async (_what, change) => {
    const found = await faultsAfter((trx) => rows(trx).where({ seq: 4 }).update(change))
    expect(found[0]).toBe('4 was changed')
    expect(found.slice(1).every((fault) => fault.startsWith('5 does not follow row 4'))).toBe(true)
  })

  it('names the row behind one that was changed together with its hash', async () => {
    const found = await faultsAfter(async (trx) => {
      await rows(trx).where({ seq: 4 }).update({ after: '{}' })
      await trx.raw('update audit_rows a set hash = audit_hash(a) where seq = 4')
    })
    expect(found).toEqual(['5 does not follow row 4'])
  })

  it('names a row that was taken out', async () => {
    const found = await faultsAfter((trx) => rows(trx).where({ seq: 7 }).delete())
    expect(found).toEqual(['7 is missing'])
  })

  it('names all rows of a gap', async () => {
    const found = await faultsAfter((trx) => rows(trx).whereBetween('seq', [1, 3]).delete())
    expect(found).toEqual(['1 is missing', '2 is missing', '3 is missing'])
  })

  it('names two rows that were exchanged', async () => {
    const found = await faultsAfter(async (trx) => {
      await rows(trx).where({ seq: 3 }).update({ seq: 99 })
      await rows(trx).where({ seq: 8 }).update({ seq: 3 })
      await rows(trx).where({ seq: 99 }).update({ seq: 8 })
    })
    expect(found).toEqual(expect.arrayContaining(['3 was changed', '8 was changed']))
  })

  it('names the first row of an end that was cut off, and of which the head knows', async () => {
    const found = await faultsAfter((trx) => rows(trx).where('seq', '>', 9).delete())
    expect(found[0]).toBe(`10 is missing: the trail had ${ROWS} rows`)
  })

  it('names it also where the head was set back, by the head that was signed', async () => {
    const found = await faultsAfter(async (trx) => {
      await rows(trx).where('seq', '>', 9).delete()
      await trx.raw('update audit_heads set seq = 9, hash = (select hash from audit_rows where seq = 9)')
    })
    expect(found).toEqual([`10 is missing: on ${heads[1]?.signedAt} the trail had ${ROWS} rows`])
    expect(await faultsAfter((trx) => trx.raw('select 1'), [])).toEqual([])
  })

  it('is not fooled by a chain that was written anew from a row on: it says after which signed head', async () => {
    const found = await faultsAfter(async (trx) => {
      await rows(trx).where({ seq: 8 }).update({ after: '{}' })
      await rewriteFrom(trx, 8)
    })
    expect(found).toEqual([
      `${ROWS} is not the one that was signed on ${heads[1]?.signedAt}: one of the rows 7 to ${ROWS} was written anew`,
    ])
  })

  it('is not fooled by a head that was signed after it was written anew: the older one of that number still counts', async () => {
    const known = [...heads]
    const found = await faultsAfter(async (trx) => {
      await rows(trx).where({ seq: ROWS }).update({ after: '{}' })
      await rewriteFrom(trx, ROWS)
      const { hash } = (await rows(trx).where({ seq: ROWS }).first('hash')) as { hash: Buffer }
      const [, last] = heads
      if (!last) throw new Error('no head')
      const later = { ...last, hash: hash.toString('hex'), signedAt: '2999-01-01T00:00:00Z' }
      known.push(signHead(later, privateKey))
    }, known)
    expect(found).toEqual([
      `${ROWS} is not the one that was signed on ${heads[1]?.signedAt}: one of the rows 7 to ${ROWS} was written anew`,
    ])
  })

  it('takes no head that was not signed with the key, and misses a project whose rows are gone', async () => {
    const other = generateKeyPairSync('ed25519').privateKey
    const [first] = heads
    if (!first) throw new Error('no head')
    const forged = [signHead(first, other), { ...first, seq: 5 }]
    const gone = signHead({ ...first, projectId: 'prj_gone', seq: 3 }, privateKey)
    const trails = await verifyTrails(book.db, { key: publicKey, heads: [...forged, gone] })
    expect(trails.map(({ faults }) => faults)).toEqual([
      [
        { row: 6, fault: 'has a head that was not signed with this key' },
        { row: 5, fault: 'has a head that was not signed with this key' },
      ],
      [{ row: 1, fault: `is missing: on ${first.signedAt} the trail had 3 rows` }],
    ])
  })
})

describe('the commands', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-audit-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('make a key, sign, verify, and end with 1 where something is wrong', async () => {
    const [key, file] = [join(folder, 'key'), join(folder, 'heads.jsonl')]
    expect(await run('key', '--out', key)).toEqual({ code: 0, said: '' })
    expect((await run('key', '--out', key)).code).toBe(2)
    expect((await run('export', '--key', `${key}.pem`, '--out', file)).code).toBe(0)
    const verify = () => run('verify', '--key', `${key}.pub.pem`, '--heads', file)
    expect(await verify()).toEqual({
      code: 0,
      said: `${book.projectId}: ${ROWS} rows, 1 signed heads, the trail holds\n`,
    })
    await writeFile(file, (await readFile(file, 'utf8')).replace(`"seq":${ROWS}`, `"seq":${ROWS + 1}`))
    expect(await verify()).toMatchObject({ code: 1 })
  })

  it.each([
    [['verify', '--heads', 'x'], '--key must be given'],
    [['sign'], 'say one of key, export, verify'],
    [
      ['export', '--key', 'package.json', '--out', 'x'],
      '--key package.json is not a private Ed25519 key in PEM',
    ],
  ])('say what is wrong with %j, and end with 2', async (args, words) => {
    expect(await run(...args)).toEqual({ code: 2, said: `${words}\n` })
  })
})

class Undo extends Error {}

/** What the owner of the database can do who means harm; undone when it has been seen. */
async function faultsAfter(harm: (trx: Knex) => Promise<unknown>, known = heads): Promise<string[]> {
  let found: string[] = []
  const harmed = inProject(book.owner, book.projectId, async (trx) => {
    await trx.raw('alter table audit_rows disable trigger user')
    await harm(trx)
    const own = known.filter(({ projectId }) => projectId === book.projectId)
    found = (await verifyProject(trx, own)).faults.map(({ row, fault }) => `${row} ${fault}`)
    throw new Undo()
  })
  await expect(harmed).rejects.toThrow(Undo)
  return found
}

const rows = (trx: Knex) => trx('audit_rows')

/** As one would who knows how the hashes come about: from there on every row is hashed anew, and the head is set. */
async function rewriteFrom(trx: Knex, first: number): Promise<void> {
  for (let seq = first; seq <= ROWS; seq += 1) {
    await trx.raw(
      `update audit_rows a set previous_hash = coalesce((select b.hash from audit_rows b where b.seq = a.seq - 1), '') where seq = ?`,
      [seq],
    )
    await trx.raw('update audit_rows a set hash = audit_hash(a) where seq = ?', [seq])
  }
  await trx.raw('update audit_heads set hash = (select hash from audit_rows where seq = ?)', [ROWS])
}

const root = fileURLToPath(new URL('../../', import.meta.url))

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, DATABASE_URL: book.database.url }
  const child = promisify(execFile)(process.execPath, ['--import', 'tsx', 'audit/main.ts', ...args], {
    cwd: root,
    env,
  })
  return child.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      said: stdout + stderr,
    }),
  )
}
