export type Background = {
  /** Aborted by `stop`, for tasks that wait. */
  readonly stopping: AbortSignal
  soon(task: () => Promise<void>): void
  at(instant: string, task: () => Promise<void>): void
  /** Waits for what runs. @throws the first failure of a task. */
  stop(): Promise<void>
}

/** Work that no request waits for; nothing of it outlives `stop`. */
export function createBackground(): Background {
  const controller = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []

  function soon(task: () => Promise<void>): void {
    if (controller.signal.aborted) return
    const run: Promise<void> = task()
      .catch((error: unknown) => {
        failures.push(error)
      })
      .finally(() => running.delete(run))
    running.add(run)
  }

  function at(instant: string, task: () => Promise<void>): void {
    if (controller.signal.aborted) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        soon(task)
      },
      Math.max(0, Date.parse(instant) - Date.now()),
    )
    timers.add(timer)
  }

  async function stop(): Promise<void> {
    controller.abort()
    for (const timer of timers) clearTimeout(timer)
    await Promise.all(running)
    if (failures.length > 0) throw failures[0]
  }

  return { stopping: controller.signal, soon, at, stop }
}
