import { writeFile } from 'node:fs/promises'
import { onInterrupt } from '#embedded/process/interrupt.ts'
import { problemSentence, StartProblem } from '#embedded/start-problem.ts'
import { loadNow, readConditions } from './conditions.ts'
import { readOptions, type Options } from './options.ts'
import { printable, toJson, type Outcome } from './report.ts'
import { ROWS } from './rows.ts'
import { runRow } from './run-row.ts'
import { startServers, type Servers } from './servers.ts'

const progress = (line: string) => console.error(line)

/** Missed bounds are told, and are no failure; a row that fails and a book that is wrong are. */
async function main(options: Options): Promise<boolean> {
  const rows = ROWS.filter(({ name }) => name.toLowerCase().includes(options.filter))
  if (rows.length === 0)
    throw new StartProblem(
      `No row has “${options.filter}” in its name: ${ROWS.map(({ name }) => name).join('; ')}`,
    )
  const needsTemporal = rows.some(({ needs }) => needs === 'temporal')
  const servers = await startServers(options, { needsTemporal, progress })
  interruptible(servers)
  try {
    const conditions = await readConditions(options, servers)
    const outcomes: Outcome[] = []
    for (const row of rows) {
      progress(`${row.name}:`)
      outcomes.push(await runRow(row, { options, servers, progress }))
    }
    const report = { conditions: { ...conditions, 'load after': loadNow() }, outcomes }
    console.log(printable(report))
    if (options.jsonPath !== undefined) await writeFile(options.jsonPath, toJson(report))
    return outcomes.every(({ error, faults }) => error === undefined && faults.length === 0)
  } finally {
    await servers.stop()
  }
}

function interruptible(servers: Servers): void {
  const end = () => {
    servers.kill()
    process.exit(130)
  }
  onInterrupt({ first: end, second: end })
}

try {
  if (!(await main(readOptions(process.argv.slice(2))))) process.exitCode = 1
} catch (error) {
  console.error(problemSentence(error))
  process.exitCode = 1
}
