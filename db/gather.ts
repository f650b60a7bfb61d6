/** More than this at once only makes the first wait for the last. */
const BATCH_MAX = 128

type Waiting<Asked, Found> = {
  readonly asked: Asked
  readonly resolve: (found: Found) => void
  readonly reject: (error: unknown) => void
}

/**
 * Calls of one moment as one round trip: while one batch is under way the next gathers. A lone caller never waits for
 * company. Where a batch fails each is tried alone, so that one does not fail its neighbours; so `run` is safe to repeat.
 *
 * @param run answers in the order of what is asked
 */
export function gather<Asked, Found>(
  run: (asked: readonly Asked[]) => Promise<readonly Found[]>,
): (asked: Asked) => Promise<Found> {
  const waiting: Waiting<Asked, Found>[] = []
  let isBusy = false

  async function drain(): Promise<void> {
    while (waiting.length > 0) await settle(run, waiting.splice(0, BATCH_MAX))
    isBusy = false
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject })
      if (isBusy) return
      isBusy = true
      void drain()
    })
}

async function settle<Asked, Found>(
  run: (asked: readonly Asked[]) => Promise<readonly Found[]>,
  batch: readonly Waiting<Asked, Found>[],
): Promise<void> {
  try {
    const found = await run(batch.map(({ asked }) => asked))
    if (found.length !== batch.length) throw new Error('a batch was answered in another number')
    batch.forEach(({ resolve }, index) => resolve(found[index] as Found))
  } catch (error) {
    if (batch.length === 1) batch[0]?.reject(error)
    else for (const one of batch) await settle(run, [one])
  }
}

/** The same apart for each project, whose rows no statement sees together. */
export function gatherByProject<Asked, Found>(
  run: (projectId: string, asked: readonly Asked[]) => Promise<readonly Found[]>,
): (projectId: string, asked: Asked) => Promise<Found> {
  const projects = new Map<string, (asked: Asked) => Promise<Found>>()
  return (projectId, asked) => {
    const known = projects.get(projectId)
    if (known) return known(asked)
    const fresh = gather((several: readonly Asked[]) => run(projectId, several))
    projects.set(projectId, fresh)
    return fresh(asked)
  }
}
