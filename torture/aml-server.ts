import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/**
 * A provider of screening that speaks as moov-io/watchman v0.31 does, in a process of its own. What it says of a name is in the
 * name: one with "Listed" in it is a hit, one with "Nearly" a near match, every other clear. POST /faults {fault, times}
 * spoils the next answers, also those after a kill; every answer is written down, before it is given.
 */
const LISTS = (
  'SDNs altNames deniedPersons bisEntities militaryEndUsers sectoralSanctions unverifiedCSL nonproliferationSanctions ' +
  'foreignSanctionsEvaders palestinianLegislativeCouncil captaList itarDebarred nonSDNChineseMilitaryIndustrialComplex ' +
  'nonSDNMenuBasedSanctionsList euConsolidatedSanctionsList ukConsolidatedSanctionsList ukSanctionsList'
).split(' ')
const FAULTS = ['refuse', 'stall', 'nonsense', 'half', 'reset', 'empty'] as const
type Fault = (typeof FAULTS)[number]

const log = process.env['AML_LOG'] ?? '/dev/null'
/** Where the orders stand that nobody has met yet. */
const ordersFile = process.env['AML_ORDERS'] ?? ''
let faults: readonly Fault[] = existsSync(ordersFile)
  ? (JSON.parse(readFileSync(ordersFile, 'utf8')) as Fault[])
  : []

function keep(orders: readonly Fault[]): void {
  faults = orders
  if (ordersFile === '') return
  writeFileSync(`${ordersFile}.new`, JSON.stringify(orders))
  renameSync(`${ordersFile}.new`, ordersFile)
}

function answerOf(name: string): object {
  const match = name.includes('Listed') ? 1 : name.includes('Nearly') ? 0.92 : 0.31
  const entry = { entityID: '4711', sdnName: 'SOMEBODY, Else', match }
  const lists = Object.fromEntries(LISTS.map((list) => [list, list === 'SDNs' ? [entry] : null]))
  return { ...lists, refreshedAt: new Date().toISOString() }
}

function search(res: ServerResponse, name: string): void {
  const [fault, ...rest] = faults
  if (fault !== undefined) keep(rest)
  appendFileSync(log, `${JSON.stringify({ at: Date.now(), name, fault: fault ?? null })}\n`)
  const whole = JSON.stringify(answerOf(name))
  if (fault === undefined) return void res.setHeader('content-type', 'application/json').end(whole)
  spoil(res, fault, whole)
}

function spoil(res: ServerResponse, fault: Fault, whole: string): void {
  switch (fault) {
    case 'refuse':
      res.writeHead(500).end('{"error":"out of order"}')
      return
    case 'stall':
      // Held open until the other side gives up.
      return
    case 'nonsense':
      res.end('{"SDNs":"none"}')
      return
    case 'empty':
      // As a server answers that has not loaded its lists: nobody is found, which clears nobody.
      res.end(JSON.stringify(Object.fromEntries(LISTS.map((list) => [list, null]))))
      return
    case 'half':
      res.writeHead(200, { 'content-length': whole.length })
      res.write(whole.slice(0, whole.length / 2))
      setTimeout(() => res.socket?.destroy(), 50)
      return
    case 'reset':
      res.socket?.resetAndDestroy()
  }
}

async function order(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const { fault, times } = JSON.parse(Buffer.concat(chunks).toString()) as { fault: Fault; times: number }
  keep([...faults, ...Array.from({ length: times }, () => fault)])
  res.writeHead(201).end()
}

const server = createServer((req, res) => {
  const url = new URL(req.url ?? '/', 'http://aml')
  if (url.pathname === '/search') search(res, url.searchParams.get('q') ?? '')
  else if (req.method === 'DELETE') {
    keep([])
    res.writeHead(204).end()
  } else
    void order(req, res).catch(() => {
      res.writeHead(400).end()
    })
})
server.listen(Number(process.env['AML_PORT']), '127.0.0.1')
