/** What tells where a `temporal` may be had from, and how the person who waits for it is told. */
export type TemporalSource = {
  readonly env: NodeJS.ProcessEnv
  readonly progress: (line: string) => void
  readonly signal?: AbortSignal
  readonly downloadUrl?: string
  readonly goCommand?: string
}

/** The binary of one version, to be put into the cache. */
export type CachedBinary = Required<Pick<TemporalSource, 'downloadUrl' | 'goCommand'>> &
  Pick<TemporalSource, 'env' | 'progress' | 'signal'> & { readonly target: string; readonly version: string }
