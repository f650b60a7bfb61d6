import { generateKeyPairSync } from 'node:crypto'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { connect } from '#db/connection.ts'
import { exportHeads } from './export-heads.ts'
import { readHeads, readKey } from './heads.ts'
import { verifyTrails, type Trail } from './verify-trails.ts'

// npm run audit:key    -- --out audit-key             makes audit-key.pem, to be kept away from Postgres, and audit-key.pub.pem
// npm run audit:export -- --key audit-key.pem --out heads.jsonl    appends a signed head for each project
// npm run audit:verify -- --key audit-key.pub.pem --heads heads.jsonl
const { values, positionals } = parseArgs({
  options: { out: { type: 'string' }, key: { type: 'string' }, heads: { type: 'string' } },
  allowPositionals: true,
})

function demand(name: 'out' | 'key' | 'heads'): string {
  const value = values[name]
  if (!value) throw new Error(`--${name} must be given`)
  return value
}

function demandDatabase(): string {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('DATABASE_URL must be set')
  return url
}

async function makeKey(): Promise<boolean> {
  const out = demand('out')
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  // Never over a key that is there: what it has signed could not be verified any more.
  await writeFile(`${out}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
    flag: 'wx',
  })
  await writeFile(`${out}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' })
  return true
}

async function readKeyFile(sort: 'private' | 'public') {
  const path = demand('key')
  const key = readKey(await readFile(path, 'utf8'), sort)
  if (!key) throw new Error(`--key ${path} is not a ${sort} Ed25519 key in PEM`)
  return key
}

async function exportAll(): Promise<boolean> {
  const [key, out] = [await readKeyFile('private'), demand('out')]
  const db = connect(demandDatabase(), 1)
  try {
    const heads = await exportHeads(db, key)
    await appendFile(out, heads.map((head) => `${JSON.stringify(head)}\n`).join(''))
    process.stdout.write(`${heads.length} heads were signed.\n`)
    return true
  } finally {
    await db.destroy()
  }
}

async function verifyAll(): Promise<boolean> {
  const [key, path] = [await readKeyFile('public'), demand('heads')]
  const text = await readFile(path, 'utf8')
  const db = connect(demandDatabase(), 1)
  try {
    const trails = await verifyTrails(db, { key, heads: readHeads(text) })
    process.stdout.write(trails.map(describe).join(''))
    return trails.every(({ faults }) => faults.length === 0)
  } finally {
    await db.destroy()
  }
}

function describe({ project, rows, heads, faults }: Trail): string {
  const lines = faults.map(({ row, fault }) => `${project}: row ${row} ${fault}\n`)
  const words = faults.length === 0 ? 'the trail holds' : `${faults.length} faults`
  return `${lines.join('')}${project}: ${rows} rows, ${heads} signed heads, ${words}\n`
}

const verbs: Readonly<Record<string, () => Promise<boolean>>> = {
  key: makeKey,
  export: exportAll,
  verify: verifyAll,
}

try {
  const verb = verbs[positionals[0] ?? '']
  if (!verb) throw new Error(`say one of ${Object.keys(verbs).join(', ')}`)
  if (!(await verb())) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
