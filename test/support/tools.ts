import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { findSchemathesis } from '#test/fuzz/schemathesis.ts'
import { findToxiproxy } from '#torture/toxiproxy.ts'
import { findWatchman } from './watchman.ts'

/** Programs that tests run and that no package brings: fetched or built once, before any case has a time to keep to. */
export async function prepareTools(): Promise<void> {
  await findTemporalBinary({ env: process.env, progress: say })
  await findWatchman()
  await findToxiproxy(say)
  await findSchemathesis()
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
