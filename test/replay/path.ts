import type { Engine } from '#test/support/engine.ts'

/** Plays one path to its end, for real. @returns the id of the workflow whose history shows it */
export type Path = (engine: Engine) => Promise<string>

export type Paths = Readonly<Record<string, Path>>
