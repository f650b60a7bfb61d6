import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/** How far a project's trail had come at a time, and the hash that all of it up to there leads to. */
export type Head = {
  readonly projectId: string
  readonly seq: number
  /** SHA-256, hex; empty for a trail without a row. */
  readonly hash: string
  /** ISO 8601, by the clock of whoever signed. */
  readonly signedAt: string
}

const signedHead = z.strictObject({
  projectId: z.string().min(1),
  seq: z.int().min(0),
  hash: z.string().regex(/^([0-9a-f]{64})?$/),
  signedAt: z.iso.datetime(),
  signature: z.base64(),
})
export type SignedHead = z.infer<typeof signedHead>

export function signHead(head: Head, key: KeyObject): SignedHead {
  const { projectId, seq, hash, signedAt } = head
  return { projectId, seq, hash, signedAt, signature: sign(null, bytesOf(head), key).toString('base64') }
}

export function isSignedBy(head: SignedHead, key: KeyObject): boolean {
  return verify(null, bytesOf(head), key, Buffer.from(head.signature, 'base64'))
}

/** One of each line. @throws Error that names the line which is none */
export function readHeads(text: string): SignedHead[] {
  return text.split('\n').flatMap((line, n) => {
    if (line.trim() === '') return []
    const read = signedHead.safeParse(parse(line))
    if (!read.success) throw new Error(`line ${n + 1} is not a signed head`)
    return [read.data]
  })
}

/** Undefined unless it is an Ed25519 key of that sort in PEM. */
export function readKey(pem: string, sort: 'private' | 'public'): KeyObject | undefined {
  try {
    const key = sort === 'private' ? createPrivateKey(pem) : createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/** The words in front keep a signature of this from being one of anything else. */
function bytesOf({ projectId, seq, hash, signedAt }: Head): Buffer {
  return Buffer.from(JSON.stringify(['sluice audit head', projectId, seq, hash, signedAt]))
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
