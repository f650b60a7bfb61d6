/** How to reach Temporal: a dev server, a cluster of one's own, or Temporal Cloud. */
export type TemporalSettings = {
  readonly address: string
  readonly namespace: string
  readonly tls?: boolean | undefined
  readonly apiKey?: string | undefined
}

export function connectionOptions({ address, tls, apiKey }: TemporalSettings) {
  return { address, ...(tls === undefined ? {} : { tls }), ...(apiKey === undefined ? {} : { apiKey }) }
}
