/** What tests read of the API's answers; a field that an answer has not is undefined, whatever the type says. */
export type Shown = {
  readonly id: string
  readonly type: string
  readonly status: string
  readonly requestStatus: string
  readonly requestIdentifier: number
  readonly phase: string
  readonly decideBy: string | null
  readonly updatedAt: string
  readonly amount: string
  readonly netAmount: string
  readonly description: string | null
  readonly bankReference: string | null
  readonly refusal: string | null
  readonly reason: string | null
  readonly needsAttention: string | null
  readonly returnOf: string | null
  readonly reversalOf: string | null
  readonly bankLineId: string | null
  readonly commission: string
  readonly children: readonly string[]
  readonly transactions: readonly { readonly type: string; readonly amount: string; readonly step: string }[]
  readonly decisions: readonly {
    readonly personId: string
    readonly decision: string
    readonly role: string
    readonly onBehalfOf: string | null
  }[]
  readonly holdBacks: HoldBacks
  readonly waits: unknown
  readonly timeline: readonly {
    readonly step: string
    readonly outcome: string
    readonly refusal: string | null
    readonly from: string
    readonly to: string
  }[]
  readonly workflow: { readonly id: string; readonly url: string } | null
}

export type HoldBacks = {
  readonly limits: readonly { readonly limit: string; readonly period: string }[]
  readonly screening: { readonly checks: readonly { readonly n: number; readonly verdict: string | null }[] }
  readonly approval: {
    readonly rule: string | null
    readonly version: number
    readonly given: number
    readonly waitsFor: string[]
  }
}

/** What became of a bank line that was posted. */
export type ReceivedLine = {
  readonly id: string
  readonly reference: string
  readonly state: string
  readonly known: boolean
  readonly operationId: string
  readonly reason: string | null
}

export type Body = {
  readonly status: unknown
  readonly process: Shown
  readonly records: readonly Shown[]
  readonly lines: readonly ReceivedLine[]
  readonly ticket: string
  readonly workflowId: string
  readonly signal: string
  readonly command: string
  readonly senderAmountPush: string
  readonly code: string
  readonly detail: string
  readonly errors: readonly { readonly parameter: string; readonly message: string }[]
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** The body as it came, to the byte. */
  readonly text: string
  readonly body: Body
}

export type Request = {
  readonly method?: string
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

export async function send(url: string, asked: Request): Promise<Answer> {
  const body = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body))
  const response = await fetch(url, {
    method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'content-type': 'application/json',
      ...(asked.token === undefined ? {} : { authorization: `TOKEN ${asked.token}` }),
      ...asked.headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: readBody(text) }
}

function readBody(text: string): Body {
  try {
    return JSON.parse(text) as Body
  } catch {
    throw new Error(`the API answered what is not JSON: ${text.slice(0, 500)}`)
  }
}
