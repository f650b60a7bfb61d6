import type { Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Problem } from '../../http/problem.ts'
import { fileFault, fileTooLarge } from './file-fault.ts'

const MEBIBYTE = 2 ** 20
const BYTES_MAX = 200 * MEBIBYTE

/**
 * The text of a file as it comes in, piece by piece, without its byte order mark; the hash is of its bytes. The connection stays
 * open whatever is wrong, so that the caller can be told.
 */
export async function* readText(stream: Readable, hash: Hash): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  for await (const chunk of piecesOf(stream)) {
    bytes += chunk.length
    if (bytes > BYTES_MAX) throw fileTooLarge(`has more than ${BYTES_MAX / MEBIBYTE} MiB`)
    hash.update(chunk)
    yield decode(() => decoder.decode(chunk, { stream: true }))
  }
  yield decode(() => decoder.decode())
}

async function* piecesOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch {
    throw new Problem(400, 'upload_interrupted', {
      detail: 'The file ended before its end; send it again.',
      errors: [{ parameter: 'file', message: 'ended before its end' }],
    })
  }
}

function decode(read: () => string): string {
  try {
    return read()
  } catch {
    throw fileFault('holds bytes that are not UTF-8')
  }
}
