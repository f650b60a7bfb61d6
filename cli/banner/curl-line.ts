type Call = {
  /** The shell variable that holds the token. */
  readonly as?: string
  readonly body?: object
  readonly method?: 'POST'
  /** What to take out of the answer: a JavaScript path. */
  readonly pick?: string
  /** Idempotency-Key */
  readonly key?: string
  /** The shell variable to keep it in. */
  readonly keep?: string
}

export type CurlLine = ReturnType<typeof curl>

/** One call as a line for a POSIX shell. In paths and as whole values of a body, `$NAME` is a variable of the shell. */
export function curl(apiUrl: string) {
  return (path: string, { as, body, method, pick, key, keep }: Call): string => {
    const parts = [`curl -s "${apiUrl}/api/v1${path}"`]
    if (method) parts.push(`-X ${method}`)
    if (as !== undefined) parts.push(`-H "Authorization: TOKEN $${as}"`)
    if (key !== undefined) parts.push(`-H 'Idempotency-Key: ${key}'`)
    if (body) parts.push(`-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`)
    // Node is there for certain, jq is not.
    const taken =
      pick === undefined ? '; echo' : ` | node -p 'JSON.parse(require("fs").readFileSync(0)).${pick}'`
    const line = parts.join(' ') + taken
    return keep === undefined ? line : `${keep}=$(${line})`
  }
}

/** Between single quotes nothing is special but the single quote. */
function quoted(json: string): string {
  const text = json.replaceAll("'", `'\\''`)
  return `'${text.replaceAll(/"\$([A-Z]+)"/g, `"'"$$$1"'"`)}'`
}
