/** What the demo reads of answers; the API checks the rest. */
export type Account = { readonly serial: string; readonly type: string }
export type Leg = {
  readonly type: string
  readonly amount: string
  readonly from: Account
  readonly to: Account
  readonly step: string
}
export type Process = {
  readonly id: string
  readonly type: string
  readonly status: string
  readonly phase: string
  readonly where: string
  readonly requestIdentifier: number
  readonly amount: string
  readonly bankReference: string | null
  readonly transactions: readonly Leg[]
  readonly workflow?: { readonly id: string; readonly url: string } | null
}
export type Body = {
  readonly id: string
  readonly serial: string
  readonly process: Process
  readonly records: readonly {
    readonly id: string
    readonly bankId: string
    readonly code: string
    readonly snPrefix: string
    readonly bic: string
  }[]
  readonly coins: readonly {
    readonly serial: string
    readonly amount: string
    readonly availableAmount: string
    readonly heldAmount: string
  }[]
  readonly bankAccountId: string
  readonly authorizationToken: { readonly token: string }
}

const POLL_MS = 200
const PATIENCE_MS = 60_000

export type DemoClient = ReturnType<typeof createDemoClient>

/** Speaks to the API as any client would. @throws Error with the problem's own words, for a demo has nobody to hide them from */
export function createDemoClient(apiUrl: string) {
  async function call(token: string | undefined, path: string, body?: object): Promise<Body> {
    const response = await fetch(`${apiUrl}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `TOKEN ${token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    // 409 says that an earlier run made it already.
    if (!response.ok && response.status !== 409)
      throw new Error(`${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as Body
  }

  return {
    call,
    /** Reads the operation until it has come to its end. */
    untilDone: async (token: string, id: string): Promise<Process> => {
      for (const deadline = Date.now() + PATIENCE_MS; ;) {
        const { process } = await call(token, `/transactions/${id}`)
        if (['processed', 'declined', 'error'].includes(process.status)) return process
        if (Date.now() > deadline) throw new Error(`${id} is still ${process.phase}: ${process.where}`)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    },
  }
}
