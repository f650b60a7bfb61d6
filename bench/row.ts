import type { Random } from './random.ts'

export type Side = 'product' | 'bare'

/** Names of parts, and the process each runs in with its children. */
export type Processes = Readonly<Record<string, number>>

/** One line of the table: what the product does, and the bare limit that is measured beside it. */
export type Row = {
  readonly name: string
  readonly what: string
  readonly bareLimit: string
  /** Of product over bare limit: of the speeds for `at_least`, of the times or sizes for `at_most`. */
  readonly bound: Bound
  readonly needs: 'postgres' | 'temporal'
  /** Several, where one set-up serves several figures; the bound holds for each. */
  run(stage: Stage): Promise<Measured | readonly Measured[]>
}

export type Bound = { readonly kind: 'at_least' | 'at_most'; readonly ratio: number }

export type Measured = {
  /** Where a row has several. */
  readonly part?: string
  readonly unit: string
  /** One number per round, in the order of the rounds. */
  readonly product: readonly number[]
  readonly bare: readonly number[]
  readonly notes?: readonly string[]
}

/** What a row finds: a migrated database of its own without a project in it, and how long it may take. */
export type Stage = {
  readonly ownerUrl: string
  /** For the runtime role. */
  readonly appUrl: string
  /** One more of the kind, for rows that compare two. Checked and dropped with the first. */
  createDatabase(): Promise<{ readonly ownerUrl: string; readonly appUrl: string }>
  /** A namespace of its own. Undefined where the row needs Postgres only. */
  readonly temporal: { readonly address: string; readonly namespace: string } | undefined
  /** The servers that every row uses: for what each takes of the machine. */
  readonly processes: Processes
  readonly secondsPerSide: number
  /** Of each side before the first round: code that is not yet compiled and plans that are not yet kept are no figure. */
  readonly warmUpSeconds: number
  readonly rounds: number
  /** 1 for the sizes that a row names; less shortens rows that are not bound by time. */
  readonly scale: number
  readonly progress: (line: string) => void
  /** Same in each run. */
  readonly random: Random
}
