import type { Engine } from '#test/support/engine.ts'
import type { HonestWorld } from './honest-world.ts'
import type { Witness } from './witness.ts'

/** A run in which nothing goes wrong: the engine, who writes the log, and the clients and people. */
export type Honest = { readonly engine: Engine; readonly witness: Witness; readonly world: HonestWorld }
