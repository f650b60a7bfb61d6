import { reasonOf } from '#embedded/start-problem.ts'

/** Something that was started and has to be stopped. */
export type Stoppable = {
  /** Undefined where a person need not hear of it. */
  readonly name?: string
  stop(): Promise<void>
  /** At once and without waiting, for what would outlive this process. */
  kill?(): void
}

/** Stops what was started, last first: nobody is left to call what is already gone. */
export class Shutdown {
  readonly #started: Stoppable[] = []

  add(part: Stoppable): void {
    this.#started.push(part)
  }

  /** One that fails to stop does not keep the others from it. @returns what went wrong, in words */
  async run(progress: (line: string) => void): Promise<string[]> {
    const problems: string[] = []
    for (let part = this.#started.pop(); part !== undefined; part = this.#started.pop()) {
      if (part.name !== undefined) progress(`Stopping ${part.name}.`)
      // Back on the pile meanwhile, so that an impatient second Ctrl-C still finds it.
      this.#started.push(part)
      await part
        .stop()
        .catch((error: unknown) =>
          problems.push(`${part.name ?? 'The data directory'} did not stop cleanly: ${reasonOf(error)}`),
        )
      this.#started.pop()
    }
    return problems
  }

  kill(): void {
    for (const part of this.#started) part.kill?.()
  }
}
